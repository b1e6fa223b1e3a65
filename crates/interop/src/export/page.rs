//! A self-contained HTML page: no script, no external resources, and a policy that forbids both.

use crate::escape::markup;

const STYLE: &str = "body{font:16px/1.5 Helvetica,Arial,'Liberation Sans',sans-serif;color:#1a1a1a;max-width:60rem;\
    margin:2rem auto;padding:0 1rem}p{max-width:60rem}figure{margin:0;overflow-x:auto}\
    svg{display:block}h2{margin-bottom:.3rem}\
    small{color:#666;font-weight:normal}table{border-collapse:collapse}\
    td,th{border-bottom:1px solid #ddd;padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}\
    @media print{body{margin:0;max-width:none!important}h2{break-after:avoid}svg{max-width:none;width:100%}}";

/// Returns the page up to the body. The page is as wide as the picture, and its lines stay readable.
pub(super) fn head(title: &str, picture: f64) -> String {
    let title = markup(title);
    let room = if picture > 0.0 { format!("body{{max-width:max(60rem,{picture}px)}}") } else { String::new() };
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>{STYLE}{room}</style>\n</head>\n<body>\n"
    )
}

/// The end of the page.
pub(super) const END: &str = "</body>\n</html>\n";
