//! Test results as text: a line for each test, differences, and coverage.

use serde_json::Value;

use super::sequence_diff::{Aligned, align};
use super::simulation::simulated;
use super::style::{BOLD, DIM, ERROR, SUCCESS, WARNING, styled};
use super::trace::seconds;
use crate::host::harmless::printable;
use crate::testing::{
    Aspect, Coverage, CoveredPart, Difference, NotCompared, OnlineComparison, TestResult,
    TestSummary,
};
use cloud::json_diff::text;

/// The number of common states to show around a difference between paths.
const AROUND: usize = 2;
pub fn test_line(result: &TestResult) -> String {
    let TestResult { file, name, passed, milliseconds, invocations, .. } = result;
    let outcome = if *passed { styled(SUCCESS, "PASS") } else { styled(ERROR, "FAIL") };
    let repeats = match invocations {
        1 => String::new(),
        several => format!(" and {several} invocations"),
    };
    let times = format!("({}{repeats}, run in {milliseconds:.1} ms)", simulated_time(result));
    format!("{outcome}  {}: {}  {}", printable(file), printable(name), styled(DIM, &times))
}

fn simulated_time(result: &TestResult) -> String {
    seconds(i64::try_from(result.simulated_milliseconds).unwrap_or(i64::MAX))
}

/// A failed test: its location, the differences, the timeline, and how to rerun it.
pub fn test_failure(result: &TestResult, rerun: &str) -> String {
    let TestResult { file, line, column, name, .. } = result;
    let place = format!("{}:{line}:{column}: {}", printable(file), printable(name));
    let mut lines = vec![format!("{}  {}", styled(ERROR, "FAIL"), styled(BOLD, &place))];
    lines.extend(
        result.differences.iter().flat_map(|difference| difference_lines(difference, result)),
    );
    lines.push("  timeline".to_owned());
    lines.extend(simulated(&result.timeline).lines().map(|line| format!("  {line}")));
    lines.push(format!("  rerun: {}", printable(rerun)));
    lines.join("\n")
}

/// The differences of a test without its timeline, one per line, for other reporters.
pub(super) fn plain_differences(result: &TestResult) -> String {
    let lines =
        result.differences.iter().flat_map(|difference| difference_lines(difference, result));
    anstream::adapter::strip_str(&lines.collect::<Vec<_>>().join("\n")).to_string()
}

fn difference_lines(difference: &Difference, result: &TestResult) -> Vec<String> {
    let Difference { aspect, of, expected, actual } = difference;
    let of = of.as_ref().map(|of| format!(" of {}", printable(of))).unwrap_or_default();
    let (title, expected, actual) = match aspect {
        Aspect::Path => {
            let mut lines = vec!["  path".to_owned()];
            lines.extend(path(&names(expected), &names(actual)));
            return lines;
        }
        Aspect::Verdict => (
            "verdict",
            shown(expected, "nothing: the test does not name this recipient"),
            shown(actual, "nothing: there is no such recipient"),
        ),
        Aspect::Within => {
            let time = |value: &Value| value.as_f64().map(|seconds| format!("{seconds:.3} s"));
            let count = match result.invocations {
                1 => "in 1 invocation".to_owned(),
                count => format!("in {count} invocations"),
            };
            let actual = time(actual).unwrap_or_else(|| "no verdict".to_owned());
            let most = format!("at most {}", time(expected).unwrap_or_default());
            ("time to the verdict", most, format!("{actual}, {count}"))
        }
        Aspect::Execution => {
            ("execution", shown(expected, ""), shown(actual, "it was not started"))
        }
        Aspect::Error => ("error of the execution", shown(expected, ""), shown(actual, "none")),
        Aspect::Call => (
            "call",
            expected.to_string(),
            match (actual, of.contains('$')) {
                (Value::Null, false) => "it was never called".to_owned(),
                _ => actual.to_string(),
            },
        ),
        Aspect::Unanswered => (
            "answer",
            "the test has an answer for every call of the task".to_owned(),
            "the task was called, but had no answer left".to_owned(),
        ),
        Aspect::CrashAfter => (
            "crash",
            format!("an invocation crashes after the step `{}`", text(expected)),
            "no invocation reached that step".to_owned(),
        ),
        Aspect::StepFunctions => {
            // `of` says what of which state.
            let of = of.trim_start_matches(" of ");
            return vec![
                format!("  {of}"),
                styled(ERROR, &printable(&format!("    - in this program: {}", text(expected)))),
                styled(SUCCESS, &printable(&format!("    + in Step Functions: {}", text(actual)))),
            ];
        }
    };
    vec![
        format!("  {title}{of}"),
        styled(ERROR, &format!("    - {}", printable(&expected))),
        styled(SUCCESS, &format!("    + {}", printable(&actual))),
    ]
}

fn shown(value: &Value, none: &str) -> String {
    if value.is_null() { none.to_owned() } else { text(value) }
}

fn names(path: &Value) -> Vec<&str> {
    path.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Both paths in one, with common states only near the differences.
fn path(expected: &[&str], actual: &[&str]) -> Vec<String> {
    let aligned = align(expected, actual);
    let is_common = |item: &Aligned<'_>| matches!(item, Aligned::Both(_));
    let near = |nth: usize| {
        let around = nth.saturating_sub(AROUND)..(nth + AROUND + 1).min(aligned.len());
        !aligned[around].iter().all(is_common)
    };
    let mut lines = Vec::new();
    let mut hidden = 0;
    for (nth, item) in aligned.iter().enumerate() {
        if !near(nth) {
            hidden += 1;
            continue;
        }
        lines.extend(gap(&mut hidden));
        lines.push(match item {
            Aligned::Both(name) => format!("      {}", printable(name)),
            Aligned::First(name) => styled(ERROR, &format!("    - {}", printable(name))),
            Aligned::Second(name) => styled(SUCCESS, &format!("    + {}", printable(name))),
        });
    }
    lines.extend(gap(&mut hidden));
    lines
}

fn gap(hidden: &mut usize) -> Option<String> {
    match std::mem::take(hidden) {
        0 => None,
        1 => Some(styled(DIM, "      … 1 state")),
        several => Some(styled(DIM, &format!("      … {several} states"))),
    }
}

/// The result of all tests.
pub fn test_summary(summary: &TestSummary) -> String {
    let TestSummary { flow, files, tests, passed, failed, milliseconds, step_functions } = summary;
    let style = if *failed == 0 { SUCCESS } else { ERROR };
    let passed = match failed {
        0 => "all passed".to_owned(),
        failed => format!("{passed} passed, {failed} failed"),
    };
    let (tests, files) = (count(*tests, "test"), count(*files, "file"));
    let summary = styled(style, &format!("{tests} of {}: {passed}", printable(flow)));
    let played = styled(DIM, &format!("({files}, run in {milliseconds:.0} ms)"));
    let online = step_functions.iter().map(online).collect::<String>();
    format!("{online}{summary} {played}")
}

/// How Step Functions' results compare, and what was not compared.
fn online(comparison: &OnlineComparison) -> String {
    let OnlineComparison { compared, differences, left } = comparison;
    let found = match differences {
        0 => styled(SUCCESS, "no difference"),
        _ => styled(ERROR, &count(*differences, "difference")),
    };
    let states = count(*compared, "state");
    let mut lines = format!("Step Functions ran {states}: {found}\n");
    for NotCompared { test, state, reason } in left {
        let line = format!("  not compared: {} in {}: {reason}", printable(state), printable(test));
        lines.push_str(&format!("{}\n", styled(WARNING, &line)));
    }
    lines
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// A row for each state, and each part that no test covers.
pub fn coverage(coverage: &Coverage) -> String {
    let width = coverage.states.iter().map(|state| state.state.chars().count()).max();
    let width = width.unwrap_or_default().max("state".len());
    let mut lines = vec![styled(BOLD, &format!("{:width$}  {:>5}  transitions", "state", "tests"))];
    for state in &coverage.states {
        let taken = state.ways.iter().filter(|way| way.tests > 0).count();
        let style = match (state.entered.tests, taken == state.ways.len()) {
            (0, _) => ERROR,
            (_, false) => WARNING,
            (_, true) => SUCCESS,
        };
        let ways = match state.ways.len() {
            0 => String::new(),
            ways => format!("{taken} of {ways}"),
        };
        let (name, tests) = (printable(&state.state), state.entered.tests);
        let row = format!("{name:width$}  {tests:>5}  {ways}");
        lines.push(styled(style, row.trim_end()));
    }
    let missed: Vec<String> =
        coverage.missed().map(|(state, part)| missed(&state.state, part)).collect();
    if !missed.is_empty() {
        lines.push(String::new());
        lines.push(styled(WARNING, "no test covers it"));
        lines.extend(missed);
    }
    lines.push(format!("\ncoverage {:.1} % of states and transitions", coverage.percent));
    lines.join("\n")
}

fn missed(state: &str, part: &CoveredPart) -> String {
    let place = match (&part.file, part.line, part.column) {
        (Some(file), Some(line), Some(column)) => format!("{}:{line}:{column}", printable(file)),
        _ => part.location.clone(),
    };
    let what = match part.part.as_str() {
        "State" => String::new(),
        part => format!(" {part}"),
    };
    let to = part.to.as_ref().map(|to| format!(", to {}", printable(to))).unwrap_or_default();
    format!("  {place} {}{what}{to}", printable(state))
}

/// The message if the coverage is below the minimum.
pub fn too_little_coverage(percent: f64, least: u8) -> String {
    styled(ERROR, &format!("the coverage of {percent:.1} % is below the minimum of {least} %"))
}
