//! SVG elements, written in order. All text is escaped here.

use std::fmt::Write as _;

use super::style::{INK, PALE_INK};
use crate::escape::{markup, markup_in_line};

/// A picture under construction.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    body: String,
}

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextStyle {
    pub(super) size: f64,
    pub(super) fill: &'static str,
    pub(super) bold: bool,
    pub(super) anchor: &'static str,
    /// Whether the text has a pale outline, so that no line runs through it.
    pub(super) rim: bool,
}

impl TextStyle {
    pub(super) const fn of(size: f64, fill: &'static str) -> Self {
        Self { size, fill, bold: false, anchor: "start", rim: true }
    }

    pub(super) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// Sets text on a coloured ground, without the outline, which would break the colour.
    pub(super) const fn on_colour(self) -> Self {
        Self { rim: false, ..self }
    }

    pub(super) const fn ending(self) -> Self {
        Self { anchor: "end", ..self }
    }
}

/// Formats a length with one decimal, which is enough to place a mark.
pub(super) fn px(length: f64) -> String {
    let text = format!("{length:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

impl Canvas {
    pub(super) fn into_body(self) -> String {
        self.body
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), style: &str) {
        let ((x1, y1), (x2, y2)) = (from, to);
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(
            self.body,
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" {style}/>",
            px(x1),
            px(y1),
            px(x2),
            px(y2)
        );
    }

    pub(super) fn rect(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), style: &str) {
        let (x, y, width, height) = (px(x), px(y), px(width.max(0.0)), px(height));
        let _ = writeln!(self.body, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {style}/>");
    }

    pub(super) fn shape(&mut self, path: &str, (x, y): (f64, f64), style: &str) {
        let _ = writeln!(self.body, "<path d=\"{path}\" transform=\"translate({} {})\" {style}/>", px(x), px(y));
    }

    pub(super) fn text(&mut self, (x, y): (f64, f64), text: &str, kind: TextStyle) {
        let weight = if kind.bold { " font-weight=\"bold\"" } else { "" };
        let rim = if kind.rim { " class=\"rim\"" } else { "" };
        let anchor = if kind.anchor == "start" { String::new() } else { format!(" text-anchor=\"{}\"", kind.anchor) };
        let _ = writeln!(
            self.body,
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"{weight}{anchor}{rim}>{}</text>",
            px(x),
            px(y),
            px(kind.size),
            kind.fill,
            markup_in_line(text)
        );
    }

    /// Writes a bold text and a pale one after it, each at its own size.
    pub(super) fn heading(&mut self, (x, y): (f64, f64), (title, size): (&str, f64), (name, name_size): (&str, f64)) {
        let (x, y, size, name_size) = (px(x), px(y), px(size), px(name_size));
        let _ = writeln!(
            self.body,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" font-weight=\"bold\" fill=\"{INK}\" class=\"rim\">{}\
             <tspan dx=\"10\" font-size=\"{name_size}\" font-weight=\"normal\" fill=\"{PALE_INK}\">{}</tspan></text>",
            markup_in_line(title),
            markup(name)
        );
    }

    /// Begins a group whose title describes it in words.
    pub(super) fn group(&mut self, title: &str) {
        let _ = writeln!(self.body, "<g><title>{}</title>", markup(title));
    }

    /// Begins a link.
    pub(super) fn link(&mut self, address: &str) {
        let _ = writeln!(self.body, "<a href=\"{}\">", markup(address));
    }

    pub(super) fn end_link(&mut self) {
        self.body.push_str("</a>\n");
    }

    pub(super) fn end_group(&mut self) {
        self.body.push_str("</g>\n");
    }
}
