//! What the flow's functions logged while an execution called them.
//!
//! A request ID in the history names the run of a call for certain. Without one, a run belongs to a
//! call if it is the only one that the log has for the time of the call, or if calls whose times overlap
//! have exactly as many runs. If there are more runs, some are of other messages, and the lines of none
//! are shown.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::FunctionCall;
use super::timeline::{TimelineEvent, TimelineEventKind};
use crate::logs::{Line, LogSource, Merged, ParsedLine, Selection};
use cloud::{CloudError, Logs};

/// How far the clocks of Step Functions and Lambda may differ. AWS does not document a limit.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(1);
/// How long a function runs at most. Source: Lambda developer guide, "Lambda quotas".
const LONGEST_RUN: SignedDuration = SignedDuration::from_mins(15);

/// How the lines of a function were assigned to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignedBy {
    /// The history has the ID of the request.
    RequestId,
    /// There are no other runs of the function at that time.
    Time,
}

/// One run of a function, as its log has it.
#[derive(Debug, Default)]
struct Run {
    request_id: String,
    started: Timestamp,
    ended: Option<Timestamp>,
    /// From Lambda's report.
    milliseconds: Option<f64>,
    megabytes: Option<u64>,
    /// What the function itself wrote.
    lines: Vec<(Timestamp, String)>,
}

/// Reads what the called functions logged, as moments of the message, without lines unless
/// `with_contents` is set: they can contain parts of the message. `groups` are the log groups by the
/// functions' names.
/// Fails if AWS refuses a read.
pub async fn function_moments(
    logs: &dyn Logs,
    groups: &BTreeMap<String, String>,
    calls: &[FunctionCall],
    with_contents: bool,
) -> Result<Vec<TimelineEvent>, CloudError> {
    let mut moments = Vec::new();
    for (function, group) in groups {
        let calls: Vec<&FunctionCall> =
            calls.iter().filter(|call| call.function == *function).collect();
        let mut runs = Vec::new();
        for (from, to) in windows(&calls) {
            runs.extend(read(logs, group, from, to).await?);
        }
        moments.extend(assigned(&calls, &runs, with_contents));
    }
    Ok(moments)
}

/// The times in which the calls ran; those that overlap are one.
fn windows(calls: &[&FunctionCall]) -> Vec<(Timestamp, Timestamp)> {
    let mut windows: Vec<(Timestamp, Timestamp)> = Vec::new();
    let mut all: Vec<_> = calls.iter().map(|call| window(call)).collect();
    all.sort();
    for (from, to) in all {
        match windows.last_mut() {
            Some((_, end)) if from <= *end => *end = to.max(*end),
            _ => windows.push((from, to)),
        }
    }
    windows
}

fn window(call: &FunctionCall) -> (Timestamp, Timestamp) {
    let longest = || call.scheduled.checked_add(LONGEST_RUN).unwrap_or(Timestamp::MAX);
    let ended = call.ended.unwrap_or_else(longest);
    let from = call.scheduled.checked_sub(CLOCK_SKEW).unwrap_or(Timestamp::MIN);
    (from, ended.checked_add(CLOCK_SKEW).unwrap_or(Timestamp::MAX))
}

async fn read(
    logs: &dyn Logs,
    group: &str,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Run>, CloudError> {
    let groups = vec![(LogSource::Function, group.to_owned())];
    let selection = Selection { groups, from, to: Some(to), pattern: None };
    let mut merged = Merged::new(logs, &selection);
    let mut runs = Runs::default();
    while let Some(line) = merged.next().await? {
        runs.take(&line);
    }
    Ok(runs.all)
}

/// The runs of a log so far. An environment of Lambda, which has a stream of its own, runs one request
/// after the other. Source: Lambda developer guide, "Understanding the Lambda execution environment
/// lifecycle".
#[derive(Debug, Default)]
struct Runs {
    all: Vec<Run>,
    /// The newest run of each stream.
    open: BTreeMap<String, usize>,
}

impl Runs {
    fn take(&mut self, line: &Line) {
        let (at, stream) = (line.event.timestamp, line.event.stream.clone());
        match boundary(line) {
            Some(Boundary::Start(request_id)) => {
                self.open.insert(stream, self.all.len());
                self.all.push(Run { request_id, started: at, ..Run::default() });
            }
            Some(Boundary::Report { request_id, milliseconds, megabytes }) => {
                let nth = self.open.get(&stream).copied();
                let run = nth.and_then(|nth| self.all.get_mut(nth));
                if let Some(run) = run.filter(|run| run.request_id == request_id) {
                    run.ended = Some(at);
                    (run.milliseconds, run.megabytes) = (milliseconds, megabytes);
                    self.open.remove(&stream);
                }
            }
            Some(Boundary::Other) => {}
            None => {
                let nth = self.open.get(&stream).copied();
                if let Some(run) = nth.and_then(|nth| self.all.get_mut(nth)) {
                    run.lines.push((at, line.text().to_owned()));
                }
            }
        }
    }
}

/// A line of Lambda about a run.
enum Boundary {
    Start(String),
    Report {
        request_id: String,
        milliseconds: Option<f64>,
        megabytes: Option<u64>,
    },
    /// It starts and ends none.
    Other,
}

/// What Lambda says with a line, in either format; `None` for a line of the function.
/// Source: Lambda developer guide, "Viewing CloudWatch logs for Lambda functions" and "Lambda Telemetry
/// API Event schema reference".
fn boundary(line: &Line) -> Option<Boundary> {
    if let ParsedLine::Platform(line) = line.parse() {
        let record = &line.record;
        let request_id = record["requestId"].as_str().unwrap_or_default().to_owned();
        let metrics = &record["metrics"];
        return Some(match line.kind.as_str() {
            "platform.start" => Boundary::Start(request_id),
            "platform.report" => Boundary::Report {
                request_id,
                milliseconds: metrics["durationMs"].as_f64(),
                megabytes: metrics["maxMemoryUsedMB"].as_u64(),
            },
            _ => Boundary::Other,
        });
    }
    let text = line.text();
    if let Some(rest) = text.strip_prefix("START RequestId: ") {
        return Some(Boundary::Start(first_word(rest)));
    }
    if let Some(rest) = text.strip_prefix("REPORT RequestId: ") {
        let value = |name: &str| {
            let (_, rest) = rest.split_once(&format!("\t{name}: "))?;
            rest.split_whitespace().next()
        };
        return Some(Boundary::Report {
            request_id: first_word(rest),
            milliseconds: value("Duration").and_then(|text| text.parse().ok()),
            megabytes: value("Max Memory Used").and_then(|text| text.parse().ok()),
        });
    }
    let others =
        ["END RequestId: ", "INIT_START ", "INIT_REPORT ", "EXTENSION\t", "XRAY TraceId: "];
    others.iter().any(|begin| text.starts_with(begin)).then_some(Boundary::Other)
}

fn first_word(text: &str) -> String {
    text.split_whitespace().next().unwrap_or_default().to_owned()
}

/// Assigns runs to calls.
fn assigned(calls: &[&FunctionCall], runs: &[Run], with_contents: bool) -> Vec<TimelineEvent> {
    let mut moments = Vec::new();
    let (named, unnamed): (Vec<&FunctionCall>, Vec<&FunctionCall>) =
        calls.iter().partition(|call| call.request_id.is_some());
    let is_of = |call: &FunctionCall, run: &Run| call.request_id.as_ref() == Some(&run.request_id);
    for call in &named {
        match runs.iter().find(|run| is_of(call, run)) {
            Some(run) => {
                ran(&call.function, run, AssignedBy::RequestId, with_contents, &mut moments);
            }
            None => moments.push(unassigned(call, 0)),
        }
    }
    // Calls whose times overlap are decided together: as many runs as calls are those of the calls.
    for (from, to) in windows(&unnamed) {
        let is_within = |at: Timestamp| from <= at && at <= to;
        let group = unnamed.iter().filter(|call| is_within(call.scheduled));
        let group: Vec<&FunctionCall> = group.copied().collect();
        let free = runs.iter().filter(|run| !named.iter().any(|call| is_of(call, run)));
        let found: Vec<&Run> = free
            .filter(|run| is_within(run.started) && is_within(run.ended.unwrap_or(run.started)))
            .collect();
        if found.len() == group.len() {
            for run in found {
                ran(&group[0].function, run, AssignedBy::Time, with_contents, &mut moments);
            }
        } else {
            moments.extend(group.iter().map(|call| unassigned(call, found.len())));
        }
    }
    moments
}

fn unassigned(call: &FunctionCall, runs: usize) -> TimelineEvent {
    let (function, request_id) = (call.function.clone(), call.request_id.clone());
    let kind = TimelineEventKind::FunctionUnassigned { function, request_id, runs };
    TimelineEvent { at: call.scheduled, kind }
}

/// Adds the moments of one run.
fn ran(
    function: &str,
    run: &Run,
    by: AssignedBy,
    with_contents: bool,
    moments: &mut Vec<TimelineEvent>,
) {
    if with_contents {
        moments.extend(run.lines.iter().map(|(at, text)| {
            let (function, text) = (function.to_owned(), text.clone());
            TimelineEvent { at: *at, kind: TimelineEventKind::FunctionLogged { function, text } }
        }));
    }
    let last = run.lines.last().map_or(run.started, |(at, _)| *at);
    moments.push(TimelineEvent {
        at: run.ended.unwrap_or(last),
        kind: TimelineEventKind::FunctionRan {
            function: function.to_owned(),
            request_id: run.request_id.clone(),
            assigned_by: by,
            lines: run.lines.len(),
            took: run.milliseconds,
            megabytes: run.megabytes,
        },
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloud::LogEvent;

    fn at(millisecond: i64) -> Timestamp {
        Timestamp::from_millisecond(millisecond).unwrap()
    }

    fn call(scheduled: i64, ended: i64, request_id: Option<&str>) -> FunctionCall {
        FunctionCall {
            function: "translate".to_owned(),
            scheduled: at(scheduled),
            ended: Some(at(ended)),
            request_id: request_id.map(str::to_owned),
        }
    }

    /// The runs of lines, each with its stream.
    fn runs(lines: &[(i64, &str, &str)]) -> Vec<Run> {
        let mut runs = Runs::default();
        for (millisecond, stream, message) in lines {
            let (stream, message) = ((*stream).to_owned(), (*message).to_owned());
            let event =
                LogEvent { id: String::new(), timestamp: at(*millisecond), stream, message };
            runs.take(&Line { source: LogSource::Function, event });
        }
        runs.all
    }

    /// What is shown: the request, how it was assigned, and the function's own lines.
    fn shown(calls: &[FunctionCall], lines: &[(i64, &str, &str)]) -> Vec<String> {
        let calls: Vec<&FunctionCall> = calls.iter().collect();
        let moments = assigned(&calls, &runs(lines), true);
        let text = |moment: TimelineEvent| match moment.kind {
            TimelineEventKind::FunctionLogged { text, .. } => text,
            TimelineEventKind::FunctionRan { request_id, assigned_by, lines, took, .. } => {
                format!("{request_id} {assigned_by:?} {lines} {took:?}")
            }
            TimelineEventKind::FunctionUnassigned { runs, .. } => format!("{runs} runs"),
            other => panic!("{other:?}"),
        };
        moments.into_iter().map(text).collect()
    }

    const A: [(i64, &str, &str); 4] = [
        (100, "s", "START RequestId: a Version: $LATEST\n"),
        (110, "s", "one"),
        (120, "s", "END RequestId: a\n"),
        (
            121,
            "s",
            "REPORT RequestId: a\tDuration: 12.5 ms\tBilled Duration: 13 ms\tMax Memory Used: 40 MB\t\n",
        ),
    ];
    const B: [(i64, &str, &str); 3] = [
        (105, "t", r#"{"time":"t","type":"platform.start","record":{"requestId":"b"}}"#),
        (111, "t", "two"),
        (
            130,
            "t",
            r#"{"type":"platform.report","record":{"requestId":"b","metrics":{"durationMs":7}}}"#,
        ),
    ];

    fn both() -> Vec<(i64, &'static str, &'static str)> {
        let mut lines: Vec<_> = A.into_iter().chain(B).collect();
        lines.sort_by_key(|(at, ..)| *at);
        lines
    }

    #[test]
    fn a_request_id_decides_among_runs_at_the_same_time() {
        let calls = [call(90, 140, Some("b"))];
        assert_eq!(shown(&calls, &both()), ["two", "b RequestId 1 Some(7.0)"]);
        assert_eq!(shown(&calls, &A), ["0 runs"]);
    }

    #[test]
    fn without_one_the_only_run_at_the_time_is_the_calls() {
        let calls = [call(90, 140, None)];
        assert_eq!(shown(&calls, &A), ["one", "a Time 1 Some(12.5)"]);
        assert_eq!(shown(&calls, &[]), ["0 runs"]);
        // It ended too late for this call.
        assert_eq!(shown(&[call(-2000, -1000, None)], &A), ["0 runs"]);
    }

    #[test]
    fn two_runs_for_one_call_are_not_told_apart_and_show_nothing() {
        assert_eq!(shown(&[call(90, 140, None)], &both()), ["2 runs"]);
        let one_is_named = [call(90, 140, None), call(90, 140, Some("b"))];
        let expected = ["two", "b RequestId 1 Some(7.0)", "one", "a Time 1 Some(12.5)"];
        assert_eq!(shown(&one_is_named, &both()), expected);
    }

    #[test]
    fn as_many_runs_as_calls_belong_to_them() {
        let calls = [call(90, 122, None), call(104, 140, None)];
        let expected = ["one", "a Time 1 Some(12.5)", "two", "b Time 1 Some(7.0)"];
        assert_eq!(shown(&calls, &both()), expected);
        assert_eq!(shown(&calls, &A), ["1 runs", "1 runs"]);
    }
}
