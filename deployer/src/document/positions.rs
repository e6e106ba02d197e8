//! The position of each part of a document in its text, by JSON path.
//!
//! Another parser, which does not report positions, reads the document itself; this one determines
//! only positions. JSON is read as YAML, of which it is a subset.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle};

use super::path::{item, member};
use crate::finding::{Excerpt, Finding, Position};

/// Line and column (1-based) of each member's key and each item, and the text of plain scalars.
#[derive(Debug, Default)]
pub struct Positions {
    places: HashMap<String, (usize, usize)>,
    /// The values without quotation marks as they are written, such as `1.10`.
    plain: HashMap<String, String>,
    /// The plain scalars that have an anchor, by its number.
    anchors: HashMap<usize, String>,
}

/// An object or list that is not complete yet.
enum Open {
    /// An object; `member` is the path of the member whose key has been read, but not its value.
    Object { path: String, member: Option<String> },
    /// A list, and the index of its next item.
    List { path: String, next: usize },
}

impl Positions {
    /// Reads a text. An invalid text has no positions, rather than some that could be wrong.
    pub fn of(text: &str) -> Self {
        let mut positions = Self::default();
        let mut open = Vec::new();
        for event in Parser::new_from_str(text) {
            let Ok((event, span)) = event else {
                return Self::default();
            };
            match event {
                Event::Scalar(text, style, anchor, _) => {
                    let value = positions.value(&mut open, span.start, Some(&text));
                    if style == ScalarStyle::Plain {
                        if anchor > 0 {
                            positions.anchors.insert(anchor, text.to_string());
                        }
                        value.map(|path| positions.plain.insert(path, text.into_owned()));
                    }
                }
                // The aliased content has its position elsewhere, so only the alias has one here.
                Event::Alias(anchor) => {
                    let value = positions.value(&mut open, span.start, None);
                    if let (Some(path), Some(text)) = (value, positions.anchors.get(&anchor)) {
                        positions.plain.insert(path, text.clone());
                    }
                }
                Event::MappingStart(..) => {
                    let path = positions.begin(&mut open, span.start);
                    open.push(Open::Object { path, member: None });
                }
                Event::SequenceStart(..) => {
                    let path = positions.begin(&mut open, span.start);
                    open.push(Open::List { path, next: 0 });
                }
                Event::MappingEnd | Event::SequenceEnd => {
                    open.pop();
                }
                // A definition is a single document.
                Event::DocumentEnd => break,
                Event::Nothing
                | Event::StreamStart
                | Event::StreamEnd
                | Event::DocumentStart(_) => {}
            }
        }
        positions
    }

    /// The position of a path, or of the nearest existing part around it.
    pub fn find(&self, path: &str) -> Option<(usize, usize)> {
        let mut path = path;
        loop {
            if let Some(position) = self.places.get(path) {
                return Some(*position);
            }
            path = &path[..path.rfind(['.', '['])?];
        }
    }

    /// How a value without quotation marks is written: a number, a boolean, or a text.
    pub fn source(&self, path: &str) -> Option<&str> {
        self.plain.get(path).map(String::as_str)
    }

    /// Handles a scalar or an alias: a key, or a value without parts, whose path is returned.
    fn value(&mut self, open: &mut [Open], start: Marker, text: Option<&str>) -> Option<String> {
        let Some(Open::Object { path, member: awaited @ None }) = open.last_mut() else {
            return Some(self.begin(open, start));
        };
        let key = text.map_or_else(|| path.clone(), |key| member(path, key));
        self.places.entry(key.clone()).or_insert_with(|| place(start));
        *awaited = Some(key);
        None
    }

    /// The path of the value that begins here. A member has the position of its key.
    fn begin(&mut self, open: &mut [Open], start: Marker) -> String {
        let path = match open.last_mut() {
            None => "$".to_owned(),
            Some(Open::Object { path, member }) => member.take().unwrap_or_else(|| path.clone()),
            Some(Open::List { path, next }) => {
                *next += 1;
                item(path, *next - 1)
            }
        };
        self.places.entry(path.clone()).or_insert_with(|| place(start));
        path
    }
}

/// Adds positions in a file's text to findings, whose locations are JSON paths, and sorts them by
/// position.
pub fn locate(text: &str, file: &str, findings: &mut [Finding]) {
    let positions = Positions::of(text);
    let lines: Vec<Line<'_>> = text.lines().map(Line::of).collect();
    for finding in findings.iter_mut().filter(|finding| finding.location.starts_with('$')) {
        let Some((line, column)) = positions.find(&finding.location) else { continue };
        finding.position = Some(Box::new(Position { file: file.to_owned(), line, column }));
        let text = lines.get(line.saturating_sub(1));
        finding.excerpt = text.map(|text| Box::new(text.excerpt(line, column)));
    }
    let order = |finding: &Finding| finding.position.as_ref().map(|at| (at.line, at.column));
    findings.sort_by_key(|finding| (finding.position.is_none(), order(finding)));
}

/// How many characters of a line are shown around a place. A whole document can be one line.
const WINDOW: usize = 60;

/// How many characters are between two marks.
const STEP: usize = 256;

/// A line whose characters are found without counting from its beginning, because it can have thousands of findings.
struct Line<'a> {
    text: &'a str,
    /// Where every 256th character begins, in bytes.
    marks: Vec<usize>,
}

impl<'a> Line<'a> {
    fn of(text: &'a str) -> Self {
        let marks = text.char_indices().step_by(STEP).map(|(at, _)| at).collect();
        Self { text, marks }
    }

    /// The line without its first characters.
    fn after(&self, characters: usize) -> &'a str {
        let rest = self.marks.get(characters / STEP).map_or("", |mark| &self.text[*mark..]);
        let begin = rest.char_indices().nth(characters % STEP);
        begin.map_or("", |(at, _)| &rest[at..])
    }

    /// The part around a column, with the word there: the name of a field, or a value.
    fn excerpt(&self, number: usize, column: usize) -> Excerpt {
        let begin = column.saturating_sub(1);
        let from = begin.saturating_sub(WINDOW);
        let text: String = self.after(from).chars().take(2 * WINDOW).collect();
        let is_of_word = |char: &char| char.is_alphanumeric() || "_-.$\"'".contains(*char);
        let marked = text.chars().skip(begin - from).take_while(is_of_word).count().max(1);
        Excerpt { line: number, text, before: begin - from, marked }
    }
}

fn place(marker: Marker) -> (usize, usize) {
    (marker.line(), marker.col() + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_line_is_the_same_from_every_character_on() {
        let text = "aä😀b".repeat(200);
        let line = Line::of(&text);
        for characters in [0, 1, 255, 256, 257, 511, 512, 799, 800, 801, 5_000] {
            let expected: String = text.chars().skip(characters).collect();
            assert_eq!(line.after(characters), expected, "{characters}");
        }
    }

    /// All paths of a document, with the text at their positions.
    fn parts(value: &Value, path: &str, found: &mut Vec<(String, String)>) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields {
                    let at = member(path, name);
                    found.push((at.clone(), Value::from(name.as_str()).to_string()));
                    parts(field, &at, found);
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    let at = item(path, index);
                    found.push((at.clone(), value.to_string().chars().take(1).collect()));
                    parts(value, &at, found);
                }
            }
            _ => {}
        }
    }

    fn document() -> impl Strategy<Value = Value> {
        let text = prop_oneof!["[a-zA-Z .'#:-]{0,8}", any::<String>()];
        let leaf = prop_oneof![
            text.clone().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            any::<bool>().prop_map(Value::from),
            Just(Value::Null),
        ];
        leaf.prop_recursive(4, 24, 4, move |inner| {
            let fields = prop::collection::btree_map(text.clone(), inner.clone(), 0..4);
            prop_oneof![
                prop::collection::vec(inner, 0..4).prop_map(Value::from),
                fields.prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_part_of_json_is_found_at_its_position(document in document()) {
            let text = serde_json::to_string_pretty(&document).unwrap();
            let positions = Positions::of(&text);
            let mut expected = Vec::new();
            parts(&document, "$", &mut expected);
            for (path, begins) in expected {
                let (line, column) = positions.find(&path).unwrap();
                let line = text.split('\n').nth(line - 1).unwrap();
                let rest: String = line.chars().skip(column - 1).collect();
                prop_assert!(rest.starts_with(&begins), "{path} {begins} {rest}");
            }
        }

        #[test]
        fn no_text_causes_a_panic(text in "[-?:,\\[\\]{}#&*!|>'\"%@` \n\ta0~.]{0,40}") {
            let _ = Positions::of(&text).find("$.a");
        }
    }

    #[test]
    fn json_and_yaml_have_positions() {
        let json = Positions::of("{\n\t\"a\": [1, {\"b\": null}],\n  \"c d\": \"\\u00e4\"\n}\n");
        let yaml = Positions::of("# comment\na:\n  - 1\n  - b: null\nc d: &x {e: 1}\nf: *x\n");
        for (path, in_json, in_yaml) in [
            ("$", (1, 1), (2, 1)),
            ("$.a", (2, 2), (2, 1)),
            ("$.a[0]", (2, 8), (3, 5)),
            ("$.a[1].b", (2, 12), (4, 5)),
            ("$['c d']", (3, 3), (5, 1)),
        ] {
            assert_eq!(json.find(path), Some(in_json), "{path}");
            assert_eq!(yaml.find(path), Some(in_yaml), "{path}");
        }
        assert_eq!(yaml.find("$['c d'].e"), Some((5, 10)));
        assert_eq!(yaml.find("$.f.e"), Some((6, 1)), "the alias's own place");
    }

    #[test]
    fn a_missing_member_has_the_position_of_its_parent() {
        let positions = Positions::of("States:\n  A: {Type: Pass}\n");
        assert_eq!(positions.find("$.States.A.Next"), Some((2, 3)));
        assert_eq!(positions.find("$.StartAt"), Some((1, 1)));
        assert_eq!(positions.find("$.States['B.C'].Choices[1].Next"), Some((1, 1)));
    }

    #[test]
    fn an_invalid_text_has_no_positions() {
        assert_eq!(Positions::of("a: [1\nb: 2").find("$.a"), None);
        assert_eq!(Positions::of("").find("$"), None);
    }
}
