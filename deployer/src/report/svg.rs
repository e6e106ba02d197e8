//! The few elements of SVG that a picture needs. Text is escaped, so it cannot change the
//! structure.

use std::fmt::Write;

use super::xml;
use crate::graph::{Point, Size};

/// A picture under construction.
pub(super) struct Svg(String);

/// The style sheet; color is never the only sign.
const STYLE: &str = "\
text{font:12px ui-monospace,Menlo,Consolas,monospace;fill:#24292f}\
.name{font-weight:bold}.label{font-size:11px;text-anchor:middle;paint-order:stroke;stroke:#fff;stroke-width:4px}\
rect,circle,path{fill:#fff;stroke:#8c959f;stroke-width:1.5}path{fill:none}\
.never{stroke-dasharray:4 3}text.never{fill:#6e7781}\
.passed{stroke:#1a7f37}rect.passed,circle.passed{fill:#dafbe1}path.passed{stroke-width:2.5}\
.failed{stroke:#cf222e}rect.failed{fill:#ffebe9}\
.paper{stroke:none}marker path{fill:#57606a;stroke:none}";

/// The colors of a dark surface.
const DARK: &str = "\
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.label{stroke:#0d1117}\
rect,circle,path{fill:#0d1117;stroke:#9198a1}path{fill:none}text.never{fill:#9198a1}\
.passed{stroke:#3fb950}rect.passed,circle.passed{fill:#12261e}.failed{stroke:#ff7b72}rect.failed{fill:#301417}\
.paper{stroke:none}marker path{fill:#9198a1;stroke:none}}";

/// The height of a label.
pub(super) const LABEL_HEIGHT: i32 = 12;
/// The width of a loop from a box to itself.
pub(super) const LOOP: i32 = 22;
/// The width of a character of a label.
const LABEL_CHARACTER: i32 = 7;
/// The width of a character.
const CHARACTER: i32 = 8;

/// The approximate width of a text.
pub(super) fn width(text: &str) -> i32 {
    CHARACTER * columns(text)
}

/// The approximate width of a label.
pub(super) fn label_width(text: &str) -> i32 {
    LABEL_CHARACTER * columns(text)
}

/// East Asian characters and pictographs take two columns.
fn columns(text: &str) -> i32 {
    text.chars().map(|char| if char < '\u{1100}' { 1 } else { 2 }).sum()
}

impl Svg {
    pub(super) fn new(title: &str, Size { width, height }: Size) -> Self {
        let title = xml::escaped(title);
        Self(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{title}</title>\n<style>{STYLE}{DARK}</style>\n\
             <defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"9\" markerHeight=\"9\" \
             markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>\n\
             <rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>\n"
        ))
    }

    /// A rectangle with round corners.
    pub(super) fn rect(&mut self, class: &str, at: Point, Size { width, height }: Size) {
        let Point { x, y } = at;
        self.line(format_args!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>"
        ));
    }

    /// A circle in a box of this size.
    pub(super) fn circle(&mut self, class: &str, at: Point, size: Size) {
        let radius = size.width / 2;
        let (x, y) = (at.x + radius, at.y + radius);
        self.line(format_args!("<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>"));
    }

    /// Text that starts at a point, or, with the class `label`, is centered there.
    pub(super) fn text(&mut self, class: &str, at: Point, text: &str) {
        let (Point { x, y }, text) = (at, xml::escaped(text));
        self.line(format_args!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{text}</text>"));
    }

    /// A curve through points, vertical at each one, with an arrowhead at its end.
    pub(super) fn curve(&mut self, class: &str, points: &[Point]) {
        let Some((first, others)) = points.split_first() else { return };
        let (mut path, mut from) = (format!("M{} {}", first.x, first.y), *first);
        for to in others {
            let middle = i32::midpoint(from.y, to.y);
            let Point { x, y } = *to;
            let _ = match from.x == x {
                true => write!(path, "V{y}"),
                false => write!(path, "C{} {middle} {x} {middle} {x} {y}", from.x),
            };
            from = *to;
        }
        self.path(class, &path);
    }

    /// A loop from a side of a box back to the same side.
    pub(super) fn self_loop(&mut self, class: &str, at: Point) {
        let Point { x, y } = at;
        let (out, up, down) = (x + LOOP, y - 8, y + 8);
        self.path(class, &format!("M{x} {down}C{out} {} {out} {} {x} {up}", down + 6, up - 6));
    }

    /// Returns the whole document.
    pub(super) fn finished(mut self) -> String {
        self.0.push_str("</svg>\n");
        self.0
    }

    fn path(&mut self, class: &str, path: &str) {
        self.line(format_args!("<path class=\"{class}\" marker-end=\"url(#tip)\" d=\"{path}\"/>"));
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        self.0.push_str(&line.to_string());
        self.0.push('\n');
    }
}
