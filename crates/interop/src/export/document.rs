//! A document of headings, paragraphs and lists, written as Markdown or HTML. Both writers escape its text.

use std::io::{self, Write};

use super::page;
use crate::escape::{markdown, markup};

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
    /// A web address that links to itself.
    Link(String),
}

/// Writes the document as Markdown (`CommonMark`).
pub(super) fn write_markdown(blocks: &[Block], out: &mut dyn Write) -> io::Result<()> {
    let mut in_list = false;
    for (at, block) in blocks.iter().enumerate() {
        let is_item = matches!(block, Block::Item(_));
        let goes_on = in_list && is_item;
        if at > 0 && !goes_on {
            out.write_all(b"\n")?;
        }
        in_list = is_item;
        match block {
            Block::Heading(level, words) => {
                writeln!(out, "{} {}", "#".repeat(usize::from(*level)), markdown(words))?;
            }
            Block::Paragraph(runs) => writeln!(out, "{}", markdown_runs(runs))?,
            Block::Item(runs) => writeln!(out, "- {}", markdown_runs(runs))?,
        }
    }
    Ok(())
}

/// Renders runs as Markdown. Nothing at the start of a line can begin a list.
fn markdown_runs(runs: &[Run]) -> String {
    let line: String = runs
        .iter()
        .map(|run| match run {
            Run::Plain(text) => markdown(text),
            Run::Strong(text) => format!("**{}**", markdown(text.trim())),
            Run::Link(address) => format!("<{address}>"),
        })
        .collect();
    // Leading blanks would make the line a code block.
    let line = line.trim_start_matches(' ');
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = line.split_at_checked(digits).unwrap_or(("", line));
    match rest.chars().next() {
        Some('-' | '+' | '=') if digits == 0 => format!("\\{line}"),
        Some('.' | ')') if digits > 0 => format!("{number}\\{rest}"),
        _ => line.to_owned(),
    }
}

/// Writes the document as an HTML page.
pub(super) fn write_html(title: &str, blocks: &[Block], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(page::head(title, 0.0).as_bytes())?;
    let mut in_list = false;
    for block in blocks {
        let is_item = matches!(block, Block::Item(_));
        match (in_list, is_item) {
            (false, true) => out.write_all(b"<ul>\n")?,
            (true, false) => out.write_all(b"</ul>\n")?,
            (true, true) | (false, false) => {}
        }
        in_list = is_item;
        match block {
            Block::Heading(level, words) => writeln!(out, "<h{level}><bdi>{}</bdi></h{level}>", markup(words))?,
            Block::Paragraph(runs) => writeln!(out, "<p dir=\"auto\">{}</p>", html_runs(runs))?,
            Block::Item(runs) => writeln!(out, "<li dir=\"auto\">{}</li>", html_runs(runs))?,
        }
    }
    if in_list {
        out.write_all(b"</ul>\n")?;
    }
    out.write_all(page::END.as_bytes())
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
