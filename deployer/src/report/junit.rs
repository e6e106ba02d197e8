//! Results of tests as JUnit XML, which CI services read.
//!
//! There is no standard; this is the part that Jenkins, GitLab and GitHub's readers have in common
//! (`testsuites`, `testsuite`, `testcase`, `failure`, `system-out`).

use anstream::adapter::strip_str;

use super::simulation::simulated;
use super::testing::plain_differences;
use crate::testing::TestResult;

/// The document. The tests of a file are a suite; times are real ones, in seconds.
#[must_use]
pub fn junit(flow: &str, results: &[TestResult]) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let attributes = totals(flow, results);
    xml.push_str(&format!("<testsuites{attributes}>\n"));
    for suite in results.chunk_by(|one, next| one.file == next.file) {
        let file = &suite[0].file;
        xml.push_str(&format!("  <testsuite{}>\n", totals(file, suite)));
        suite.iter().for_each(|result| xml.push_str(&case(result)));
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn totals(name: &str, results: &[TestResult]) -> String {
    let failed = results.iter().filter(|result| !result.passed).count();
    let milliseconds: f64 = results.iter().map(|result| result.milliseconds).sum();
    let name = escaped(name);
    let (tests, time) = (results.len(), milliseconds / 1000.0);
    format!(r#" name="{name}" tests="{tests}" failures="{failed}" errors="0" time="{time:.6}""#)
}

fn case(result: &TestResult) -> String {
    let (name, class) = (escaped(&result.name), escaped(&result.file));
    let (line, time) = (result.line, result.milliseconds / 1000.0);
    let attributes = format!(
        r#"name="{name}" classname="{class}" file="{class}" line="{line}" time="{time:.6}""#
    );
    if result.passed {
        return format!("    <testcase {attributes}/>\n");
    }
    let differences = plain_differences(result);
    let timeline = strip_str(&simulated(&result.timeline)).to_string();
    let several = match result.differences.len() {
        1 => "1 difference".to_owned(),
        several => format!("{several} differences"),
    };
    format!(
        "    <testcase {attributes}>\n      <failure message=\"{several}\" type=\"difference\">{}</failure>\n      \
         <system-out>{}</system-out>\n    </testcase>\n",
        escaped(&differences),
        escaped(&timeline),
    )
}

/// A text as it can stand in an attribute and between tags. Characters that XML 1.0 does not know are replaced.
/// Source: Extensible Markup Language 1.0, "2.2 Characters", "3.3.3 Attribute-Value Normalization".
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\t' | '\r' => escaped.push_str(&format!("&#{};", u32::from(char))),
            '\n' => escaped.push('\n'),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            char => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_said_becomes_markup() {
        assert_eq!(
            escaped("]]><a b='\"'>&amp;\u{0}\u{1b}[31m\u{ffff}\r\n\tä"),
            "]]&gt;&lt;a b=&apos;&quot;&apos;&gt;&amp;amp;\u{fffd}\u{fffd}[31m\u{fffd}&#13;\n&#9;ä"
        );
    }
}
