//! Encrypted connections, to servers that are who they say they are.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore, crypto};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::address::Address;
use crate::error::PostgresError;

/// Makes what encrypts connections to an address. The certificates to trust are those of the file that it names, or of
/// the system.
pub(crate) fn connector(address: &Address) -> Result<MakeRustlsConnect, PostgresError> {
    let untrusted = |reason: String| PostgresError::Certificates { address: address.to_string(), reason };
    let mut roots = RootCertStore::empty();
    match &address.root_certificates {
        Some(path) => {
            let of_file = |error: &dyn std::fmt::Display| untrusted(format!("{}: {error}", path.display()));
            for certificate in CertificateDer::pem_file_iter(path).map_err(|error| of_file(&error))? {
                let certificate = certificate.map_err(|error| of_file(&error))?;
                roots.add(certificate).map_err(|error| of_file(&error))?;
            }
            if roots.is_empty() {
                return Err(of_file(&"it has no certificate"));
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if roots.is_empty() {
                return Err(untrusted("this system has no certificates: name a file, with &sslrootcert=".to_owned()));
            }
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| untrusted(error.to_string()))?;
    Ok(MakeRustlsConnect::new(config.with_root_certificates(roots).with_no_client_auth()))
}
