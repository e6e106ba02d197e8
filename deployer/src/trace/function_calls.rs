//! The calls of the flow's own functions in an execution's history.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde_json::Value;

use cloud::HistoryEvent;

/// A call of a function of the flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionCall {
    /// The name of the function's folder.
    pub function: String,
    pub scheduled: Timestamp,
    /// When the function's answer was there; `None` while it runs.
    pub ended: Option<Timestamp>,
    /// Lambda's ID of the request, if the history has it.
    pub request_id: Option<String>,
}

/// Finds the calls in events that still have their contents.
///
/// The history names the request only in what `lambda:invoke` returns, and in the causes of some
/// failures. Source: Step Functions developer guide, "Invoke an AWS Lambda function with Step
/// Functions"; Lambda developer guide, "Lambda function errors" (as far as runtimes add `requestId`).
pub(super) struct FunctionCalls<'a> {
    /// The folders' names by the functions' names in Lambda.
    functions: &'a BTreeMap<String, String>,
    all: Vec<FunctionCall>,
    /// The call that an event belongs to, by the id of the event.
    open: HashMap<i64, usize>,
}

impl<'a> FunctionCalls<'a> {
    pub(super) fn new(functions: &'a BTreeMap<String, String>) -> Self {
        Self { functions, all: Vec::new(), open: HashMap::new() }
    }

    /// Takes the next event.
    pub(super) fn add(&mut self, event: &HistoryEvent) {
        if let Some(function) = called(event).and_then(|name| self.functions.get(&name)) {
            self.open.insert(event.id, self.all.len());
            let (function, scheduled) = (function.clone(), event.timestamp);
            self.all.push(FunctionCall { function, scheduled, ended: None, request_id: None });
            return;
        }
        let is_of_task = ["Task", "LambdaFunction"].iter().any(|of| {
            let rest = event.kind.strip_prefix(of);
            rest.is_some_and(|rest| !rest.starts_with("State"))
        });
        let nth = self.open.get(&event.previous).copied().filter(|_| is_of_task);
        let Some((nth, call)) = nth.and_then(|nth| Some((nth, self.all.get_mut(nth)?))) else {
            return;
        };
        if event.kind.ends_with("Started") {
            self.open.insert(event.id, nth);
            return;
        }
        // After `TaskSubmitted`, the function has answered, and the task waits for its token.
        call.ended = Some(event.timestamp);
        call.request_id = request_id(event);
    }

    pub(super) fn into_all(self) -> Vec<FunctionCall> {
        self.all
    }
}

/// The function that an event calls, by its name in Lambda.
fn called(event: &HistoryEvent) -> Option<String> {
    let resource = event.resource.as_deref()?;
    match event.kind.as_str() {
        "LambdaFunctionScheduled" => Some(name_of(resource)),
        "TaskScheduled" if resource.starts_with("lambda:invoke") => {
            let parameters: Value = serde_json::from_str(event.input.as_deref()?).ok()?;
            parameters["FunctionName"].as_str().map(name_of)
        }
        _ => None,
    }
}

/// The name in a name, a partial ARN, or an ARN, without version or alias.
/// Source: Lambda API reference, `Invoke`, `FunctionName`.
fn name_of(text: &str) -> String {
    let name = text.split_once("function:").map_or(text, |(_, name)| name);
    name.split(':').next().unwrap_or(name).to_owned()
}

fn request_id(event: &HistoryEvent) -> Option<String> {
    let parse =
        |text: &Option<String>| -> Option<Value> { serde_json::from_str(text.as_deref()?).ok() };
    if let Some(output) = parse(&event.output) {
        return output["SdkResponseMetadata"]["RequestId"].as_str().map(str::to_owned);
    }
    let cause = parse(&event.cause)?;
    let named = cause["requestId"].as_str().map(str::to_owned);
    named.or_else(|| {
        let (_, rest) = cause["errorMessage"].as_str()?.split_once("RequestId: ")?;
        rest.split_whitespace().next().map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: i64, previous: i64, kind: &str) -> HistoryEvent {
        let at = Timestamp::from_second(id).unwrap();
        HistoryEvent { previous, ..HistoryEvent::new(id, at, kind) }
    }

    fn calls(history: &[HistoryEvent]) -> Vec<(i64, Option<i64>, Option<String>)> {
        let functions = BTreeMap::from([("st-translate".to_owned(), "translate".to_owned())]);
        let mut found = FunctionCalls::new(&functions);
        history.iter().for_each(|event| found.add(event));
        let found = found.into_all().into_iter();
        let seconds = |at: Timestamp| at.as_second();
        found.map(|one| (seconds(one.scheduled), one.ended.map(seconds), one.request_id)).collect()
    }

    fn scheduled(id: i64, function: &str) -> HistoryEvent {
        let input = Some(format!("{{\"FunctionName\":\"{function}\",\"Payload\":{{}}}}"));
        let resource = Some("lambda:invoke".to_owned());
        HistoryEvent { input, resource, ..event(id, 1, "TaskScheduled") }
    }

    #[test]
    fn the_end_and_the_request_of_a_call_are_found_by_the_order_of_the_events() {
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:st-translate:live";
        let output = Some(r#"{"Payload":1,"SdkResponseMetadata":{"RequestId":"a"}}"#.to_owned());
        let cause = Some(r#"{"errorMessage":"RequestId: b Error: Task timed out"}"#.to_owned());
        let history = [
            scheduled(2, arn),
            scheduled(3, "st-translate"),
            scheduled(4, "another"),
            event(5, 3, "TaskStarted"),
            event(6, 2, "TaskStarted"),
            HistoryEvent { output, ..event(7, 6, "TaskSucceeded") },
            HistoryEvent { cause, ..event(8, 5, "TaskFailed") },
            event(9, 8, "TaskStateExited"),
        ];
        let (a, b) = (Some("a".to_owned()), Some("b".to_owned()));
        assert_eq!(calls(&history), [(2, Some(7), a), (3, Some(8), b)]);
    }

    #[test]
    fn a_call_by_the_functions_arn_has_no_request() {
        let resource = Some("123456789012:function:st-translate".to_owned());
        let history = [
            HistoryEvent { resource, ..event(2, 1, "LambdaFunctionScheduled") },
            event(3, 2, "LambdaFunctionStarted"),
        ];
        assert_eq!(calls(&history), [(2, None, None)]);
    }
}
