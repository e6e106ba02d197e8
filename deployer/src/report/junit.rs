//! Test results as JUnit XML, for CI services.
//!
//! There is no standard. This is the common subset of the readers in Jenkins, GitLab and GitHub
//! (`testsuites`, `testsuite`, `testcase`, `failure`, `system-out`).

use anstream::adapter::strip_str;

use super::simulation::simulated;
use super::testing::plain_differences;
use super::xml;
use crate::testing::TestResult;

/// The document. The tests of a file form a suite. Times are real time, in seconds.
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
    let name = xml::escaped(name);
    let (tests, time) = (results.len(), milliseconds / 1000.0);
    format!(r#" name="{name}" tests="{tests}" failures="{failed}" errors="0" time="{time:.6}""#)
}

fn case(result: &TestResult) -> String {
    let (name, class) = (xml::escaped(&result.name), xml::escaped(&result.file));
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
        xml::escaped(&differences),
        xml::escaped(&timeline),
    )
}
