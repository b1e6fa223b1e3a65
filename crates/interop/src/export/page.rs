//! A page of HTML that stands alone: no script, nothing from elsewhere, and a policy that forbids both.

use crate::harmless::markup;

const STYLE: &str = "body{font:16px/1.5 Helvetica,Arial,'Liberation Sans',sans-serif;color:#1a1a1a;max-width:60rem;\
    margin:2rem auto;padding:0 1rem}figure{margin:0}svg{max-width:100%;height:auto}h2{margin-bottom:.3rem}\
    small{color:#666;font-weight:normal}table{border-collapse:collapse}\
    td,th{border-bottom:1px solid #ddd;padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}\
    @media print{body{margin:0;max-width:none}h2{break-after:avoid}svg{max-width:none;width:100%}}";

/// Makes a page of a title, which is made harmless here, and a body of markup, which is so already.
pub(super) fn page(title: &str, body: &str) -> String {
    [&head(title), body, END].concat()
}

/// What stands before the body.
pub(super) fn head(title: &str) -> String {
    let title = markup(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n"
    )
}

/// What stands behind it.
pub(super) const END: &str = "</body>\n</html>\n";
