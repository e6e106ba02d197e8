//! The place of a finding in its file, as a terminal shows it.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::finding::Excerpt;
use crate::host::harmless::printable;

/// The line with its number, and below it a mark at the place.
pub fn excerpt(excerpt: &Excerpt) -> Vec<String> {
    let Excerpt { line, text, before, marked } = excerpt;
    // What a terminal does not show as itself is escaped, which makes it longer.
    let chars = |range: &mut dyn Iterator<Item = char>| printable(&range.collect::<String>());
    let (lead, mark) = (
        chars(&mut text.chars().take(*before)),
        chars(&mut text.chars().skip(*before).take(*marked)),
    );
    let rest = chars(&mut text.chars().skip(before + marked));
    let source = format!("{lead}{mark}{rest}");
    let place = AnnotationKind::Primary.span(lead.len()..lead.len() + mark.len().max(1));
    let snippet = Snippet::source(source.as_str()).line_start(*line).annotation(place);
    let rendered = Renderer::plain().render(&[Group::with_level(Level::ERROR).element(snippet)]);
    let lines = rendered.lines().map(str::trim_end).filter(|line| !line.is_empty());
    lines.map(|line| format!("  {line}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_marked_below_its_line() {
        let text = "    Rezult: {a: 1}".to_owned();
        let shown = excerpt(&Excerpt { line: 12, text, before: 4, marked: 6 });
        assert_eq!(shown, ["     |", "  12 |     Rezult: {a: 1}", "     |     ^^^^^^"]);
        let text = "\u{1b}[2J: 1".to_owned();
        let shown = excerpt(&Excerpt { line: 1, text, before: 0, marked: 4 }).join("\n");
        assert!(!shown.contains('\u{1b}'), "{shown}");
    }
}
