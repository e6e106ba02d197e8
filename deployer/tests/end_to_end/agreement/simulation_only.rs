//! Which tests only the simulation can run, and why.

use serde_json::Value;

use super::case::{Case, all};
use crate::emulator::Trouble;

const PAGE: &str = include_str!("../../../../docs/guides/test-a-flow.md");

/// Why the emulator cannot run a test; `None` if it can.
pub(super) fn reason(case: &Case) -> Option<&'static str> {
    let fails = |answer: &Value| answer.get("error").is_some();
    let now_and_then =
        |(_, answers): (_, &Value)| answers.as_array().is_some_and(|each| each.iter().any(fails));
    if case.value("crash-after").is_some() {
        return Some("nothing lets the process of an invocation end at a chosen step");
    }
    if case.value("slow").is_some() {
        return Some("its services cannot be slowed down");
    }
    if case.entries("answers").any(now_and_then) {
        return Some("its services do not refuse one call and take the next");
    }
    None
}

/// The page lists exactly the tests that are left out. This finds reasons that no longer hold and
/// tests that no longer exist.
#[test]
fn the_page_lists_what_only_the_simulation_runs() -> Result<(), Trouble> {
    let left_out = all()?.into_iter().filter_map(|case| {
        let reason = reason(&case)?;
        Some(format!("| `{}` | {} | {reason} |", case.flow, case.name))
    });
    let expected: Vec<String> = left_out.collect();
    let (_, section) =
        PAGE.split_once("| flow | test | why the emulator cannot |").unwrap_or_default();
    let listed: Vec<&str> =
        section.lines().skip(2).take_while(|line| line.starts_with("| `")).collect();
    assert_eq!(listed, expected, "the table should be:\n{}", expected.join("\n"));
    Ok(())
}
