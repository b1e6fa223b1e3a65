//! Serves the journal of a folder on port 8080 of this machine.

use std::path::Path;

use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: demarche-example-service FOLDER")?;
    let service = desk_service::service(Path::new(&folder))?;
    axum::serve(TcpListener::bind("127.0.0.1:8080").await?, service).await?;
    Ok(())
}
