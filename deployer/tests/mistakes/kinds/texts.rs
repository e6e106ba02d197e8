//! Mistakes in the text itself: the document is no JSON, or has a name twice.

use std::collections::BTreeSet;

use super::super::{Definition, Kind, Mistake};

const NO_JSON: &str = "it is no JSON";

pub(super) const KINDS: &[Kind] = &[
    Kind { name: "missing comma", why: NO_JSON, make: comma },
    Kind { name: "missing colon", why: NO_JSON, make: colon },
    Kind { name: "closing bracket too many", why: NO_JSON, make: bracket },
    Kind { name: "end of the file is missing", why: NO_JSON, make: cut },
    Kind { name: "member twice", why: "names of members are unique in JSON", make: twice },
];

/// Changes one line. It may be reported there, or where the next line makes no sense after it.
fn lines(
    definition: &Definition,
    change: impl Fn(&str) -> Option<String>,
    after: usize,
) -> Vec<Mistake> {
    let all: Vec<&str> = definition.text().lines().collect();
    let mut mistakes = Vec::new();
    for (index, line) in all.iter().enumerate() {
        if let Some(changed) = change(line) {
            let mut text = all.clone();
            text[index] = &changed;
            let lines = (index + 1..=index + 1 + after).collect();
            mistakes.push(Mistake { text: text.join("\n"), lines });
        }
    }
    mistakes
}

fn comma(definition: &Definition) -> Vec<Mistake> {
    lines(definition, |line| line.strip_suffix(',').map(str::to_owned), 1)
}

fn colon(definition: &Definition) -> Vec<Mistake> {
    lines(definition, |line| line.contains("\": ").then(|| line.replacen("\": ", "\" ", 1)), 0)
}

fn bracket(definition: &Definition) -> Vec<Mistake> {
    lines(
        definition,
        |line| line.trim_start().starts_with('}').then(|| line.replacen('}', "}]", 1)),
        1,
    )
}

fn cut(definition: &Definition) -> Vec<Mistake> {
    let text = definition.text().trim_end().trim_end_matches('}').trim_end();
    let last = text.lines().count();
    vec![Mistake { text: text.to_owned(), lines: BTreeSet::from([last, last + 1]) }]
}

fn twice(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = lines(
        definition,
        |line| {
            let is_scalar = line.contains("\": ") && line.ends_with(',');
            is_scalar.then(|| format!("{line}\n{}", line.trim_start()))
        },
        1,
    );
    mistakes.iter_mut().for_each(|mistake| mistake.text.push('\n'));
    mistakes
}
