//! A result as a page for a browser: one file without scripts, which loads nothing.
//!
//! The layout is `templates/report-page.html.hbs`. Handlebars escapes every text; only a picture, which escapes its own
//! texts, is inserted as it is. The page's content security policy forbids everything but its style sheet.

mod message;
mod tests;

use anstream::adapter::strip_str;
use handlebars::Handlebars;
use serde::Serialize;

use super::trace::{Row, seconds};

pub use message::{SimulatedMessage, TracedMessage, TracedPage};
pub use tests::TestedFlow;

const TEMPLATE: &str = include_str!("../../../../templates/report-page.html.hbs");

/// A page: a title, a few facts, and sections.
#[derive(Serialize)]
struct Page {
    title: String,
    facts: Vec<Fact>,
    sections: Vec<Section>,
}

#[derive(Serialize)]
struct Fact {
    name: &'static str,
    value: String,
}

/// A part of a page. What is empty does not appear.
#[derive(Serialize, Default)]
struct Section {
    heading: String,
    paragraphs: Vec<String>,
    columns: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
    /// An SVG document.
    picture: Option<String>,
    folds: Vec<Fold>,
}

/// A cell of a table.
#[derive(Serialize, Default)]
struct Cell {
    class: &'static str,
    text: String,
    /// A less important text below it.
    note: String,
    /// Longer texts below it.
    details: Vec<String>,
}

/// Something that a reader can unfold.
#[derive(Serialize)]
struct Fold {
    class: &'static str,
    mark: &'static str,
    title: String,
    open: bool,
    blocks: Vec<Block>,
}

#[derive(Serialize)]
struct Block {
    name: &'static str,
    text: String,
}

impl Page {
    /// The HTML document.
    fn html(&self) -> String {
        let mut handlebars = Handlebars::new();
        handlebars.set_strict_mode(true);
        let page = handlebars.render_template(TEMPLATE, self);
        page.expect("the template is tested, and every value is a text")
    }
}

impl Fact {
    fn new(name: &'static str, value: impl Into<String>) -> Self {
        Self { name, value: plain(&value.into()) }
    }
}

impl Cell {
    fn new(text: impl Into<String>) -> Self {
        Self { text: plain(&text.into()), ..Self::default() }
    }
}

/// A text without the colors of a terminal.
fn plain(text: &str) -> String {
    strip_str(text).to_string()
}

/// The section with the drawing of a state machine.
fn drawing(heading: &str, picture: Option<String>) -> Section {
    let paragraphs = match &picture {
        Some(_) => Vec::new(),
        None => vec!["The state machine has too many states for a picture.".to_owned()],
    };
    Section { heading: heading.to_owned(), paragraphs, picture, ..Section::default() }
}

/// The section with what happened, by time.
fn timeline(rows: &[Row]) -> Section {
    let rows = rows.iter().map(|row| {
        let since = i64::try_from(row.since.as_millis()).unwrap_or(i64::MAX);
        let text = plain(&row.text);
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        vec![
            Cell { class: "time", text: seconds(since), ..Cell::default() },
            Cell {
                class: if first.starts_with("  ") { "inner" } else { "" },
                text: first.trim_start().to_owned(),
                details: lines.map(|line| line.trim_start().to_owned()).collect(),
                ..Cell::default()
            },
        ]
    });
    Section {
        heading: "Timeline".to_owned(),
        columns: vec!["Time", "Event"],
        rows: rows.collect(),
        ..Section::default()
    }
}
