//! A document of headings, paragraphs and lists, as Markdown and as HTML. Text is made harmless here.

use super::page;
use crate::harmless::{markdown, markup};

/// A block of a document.
#[derive(Debug)]
pub(super) enum Block {
    Heading(u8, String),
    Paragraph(Vec<Run>),
    Item(Vec<Run>),
}

/// A piece of text.
#[derive(Debug)]
pub(super) enum Run {
    Plain(String),
    Strong(String),
    /// An address of the web, which is a link to itself.
    Link(String),
}

/// Writes the document as Markdown (`CommonMark`).
pub(super) fn as_markdown(blocks: &[Block]) -> String {
    let mut text = String::new();
    let mut in_list = false;
    for block in blocks {
        let is_item = matches!(block, Block::Item(_));
        let goes_on = in_list && is_item;
        if !text.is_empty() && !goes_on {
            text.push('\n');
        }
        in_list = is_item;
        match block {
            Block::Heading(level, words) => {
                text.push_str(&"#".repeat(usize::from(*level)));
                text.push(' ');
                text.push_str(&markdown(words));
            }
            Block::Paragraph(runs) => text.push_str(&markdown_runs(runs)),
            Block::Item(runs) => {
                text.push_str("- ");
                text.push_str(&markdown_runs(runs));
            }
        }
        text.push('\n');
    }
    text
}

/// Runs as Markdown; what begins a line begins no list.
fn markdown_runs(runs: &[Run]) -> String {
    let line: String = runs
        .iter()
        .map(|run| match run {
            Run::Plain(text) => markdown(text),
            Run::Strong(text) => format!("**{}**", markdown(text.trim())),
            Run::Link(address) => format!("<{address}>"),
        })
        .collect();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = line.split_at_checked(digits).unwrap_or(("", &line));
    match rest.chars().next() {
        Some('-' | '+' | '=') if digits == 0 => format!("\\{line}"),
        Some('.' | ')') if digits > 0 => format!("{number}\\{rest}"),
        _ => line,
    }
}

/// Writes the document as a page of HTML.
pub(super) fn as_html(title: &str, blocks: &[Block]) -> String {
    let mut body = String::new();
    let mut in_list = false;
    for block in blocks {
        let is_item = matches!(block, Block::Item(_));
        match (in_list, is_item) {
            (false, true) => body.push_str("<ul>\n"),
            (true, false) => body.push_str("</ul>\n"),
            (true, true) | (false, false) => {}
        }
        in_list = is_item;
        let line = match block {
            Block::Heading(level, words) => format!("<h{level}>{}</h{level}>\n", markup(words)),
            Block::Paragraph(runs) => format!("<p>{}</p>\n", html_runs(runs)),
            Block::Item(runs) => format!("<li>{}</li>\n", html_runs(runs)),
        };
        body.push_str(&line);
    }
    if in_list {
        body.push_str("</ul>\n");
    }
    page(title, &body)
}

fn html_runs(runs: &[Run]) -> String {
    let html = |run: &Run| match run {
        Run::Plain(text) => markup(text),
        Run::Strong(text) => format!("<strong>{}</strong>", markup(text)),
        Run::Link(address) => {
            let address = markup(address);
            format!("<a href=\"{address}\" rel=\"noreferrer\">{address}</a>")
        }
    };
    runs.iter().map(html).collect()
}
