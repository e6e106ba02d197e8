//! What Step Functions refuses of a definition, as the interpreter's reader finds it without AWS.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::Definition;
use super::services::sdk_integration;
use crate::document::suggestion::closest;
use crate::document::{member, pointer};
use crate::finding::Finding;
use asl::{Diagnostic, InvalidDefinition, Machine, MachineType};

/// The code of a finding about what Step Functions refuses.
/// Source: Step Functions API reference, `ValidateStateMachineDefinition`.
const REFUSED: &str = "refused";
/// The code of a finding about what only the interpreter does not run.
const NOT_RUN_HERE: &str = "interpreter";
/// How many names a fix lists.
const MAX_LISTED: usize = 8;

impl Definition {
    /// The definition as a machine of the interpreter.
    /// Fails when Step Functions would refuse it, or the interpreter does not run it.
    pub(super) fn machine(&self) -> Result<Machine, InvalidDefinition> {
        Machine::read(&self.document().clone().into(), MachineType::Standard)
    }

    /// What the interpreter's reader finds: what Step Functions refuses, as errors, without those that `found`
    /// already contains, and its doubts, as warnings.
    pub(super) fn judged(&self, found: &[Finding]) -> Vec<Finding> {
        match self.machine() {
            Ok(machine) => self.doubtful(machine.doubts()),
            Err(invalid) => {
                let mut findings = self.refused(&invalid, found);
                findings.extend(self.doubtful(&invalid.doubts));
                findings
            }
        }
    }

    fn refused(&self, invalid: &InvalidDefinition, found: &[Finding]) -> Vec<Finding> {
        let errors = || found.iter().filter(|finding| finding.is_error());
        let known: HashSet<&str> = errors().map(|finding| finding.location.as_str()).collect();
        let without_end = |diagnostic: &Diagnostic| {
            // A machine with other faults often has no end for that reason.
            diagnostic.code == "MISSING_END_STATE"
                && (errors().next().is_some() || invalid.diagnostics.len() > 1)
        };
        let refused = invalid
            .diagnostics
            .iter()
            .filter(|diagnostic| !diagnostic.is_unsupported() && !without_end(diagnostic));
        let findings = refused.filter_map(|diagnostic| {
            let finding = refusal(self.document(), diagnostic, REFUSED, Finding::error);
            let is_known = known.contains(finding.location.as_str())
                || required(&diagnostic.message)
                    .iter()
                    .flat_map(|field| [*field, in_other_language(field)])
                    .any(|field| known.contains(member(&finding.location, field).as_str()));
            (!is_known).then_some(finding)
        });
        findings.collect()
    }

    /// The unknown fields, as errors.
    pub(super) fn unknown_fields(&self) -> Vec<Finding> {
        let Err(invalid) = self.machine() else { return Vec::new() };
        let unknown =
            invalid.diagnostics.iter().filter(|found| found.message.starts_with("Field '"));
        unknown.map(|found| refusal(self.document(), found, REFUSED, Finding::error)).collect()
    }

    /// What Step Functions may run but the interpreter does not, as warnings with their positions.
    pub(super) fn not_run_here(&self) -> Vec<Finding> {
        let Err(invalid) = self.machine() else { return Vec::new() };
        let fix = "`local` and `test` cannot run this; Step Functions may support it";
        let unsupported = invalid.diagnostics.iter().filter(|found| found.is_unsupported());
        let mut findings: Vec<Finding> = unsupported
            .map(|found| refusal(self.document(), found, NOT_RUN_HERE, Finding::warning).fix(fix))
            .collect();
        self.locate(&mut findings);
        findings
    }

    /// Everything for which the interpreter does not run it, as errors with their positions.
    pub(super) fn why_not_run(&self, invalid: &InvalidDefinition) -> Vec<Finding> {
        let findings = invalid.diagnostics.iter().map(|found| {
            let code = if found.is_unsupported() { NOT_RUN_HERE } else { REFUSED };
            refusal(self.document(), found, code, Finding::error)
        });
        let mut findings: Vec<Finding> = findings.collect();
        self.locate(&mut findings);
        findings
    }
}

fn refusal(
    document: &Map<String, Value>,
    diagnostic: &Diagnostic,
    code: &'static str,
    finding: impl Fn(&'static str, String, String) -> Finding,
) -> Finding {
    let at = pointer::path(document, &diagnostic.pointer);
    let sentence = format!("{} ({})", diagnostic.message, diagnostic.code);
    let finding = finding(code, at, sentence);
    match fix(document, diagnostic) {
        Some(fix) => finding.fix(fix),
        None => finding,
    }
}

/// The fields that a diagnostic says are missing.
fn required(message: &str) -> Vec<&str> {
    let fields = message.strip_prefix("These fields are required: [");
    let fields = fields.map(|fields| fields.split(['[', ']', ',', ' ']));
    fields.into_iter().flatten().filter(|field| !field.is_empty() && *field != "or").collect()
}

/// The field that takes the place of a required one in the other query language.
fn in_other_language(field: &str) -> &str {
    match field {
        "Variable" => "Condition",
        "Condition" => "Variable",
        same => same,
    }
}

/// How to correct it, as far as the message shows that.
fn fix(document: &Map<String, Value>, diagnostic: &Diagnostic) -> Option<String> {
    let Diagnostic { message, known, pointer, .. } = diagnostic;
    if let Some(values) = allowed(message) {
        let written = written(document, pointer).unwrap_or_default();
        return Some(choose(&[written], &values));
    }
    let resource = message.strip_prefix("The resource provided ");
    let resource = resource.and_then(|rest| rest.split(' ').next());
    if let Some(integration) = resource.and_then(sdk_integration) {
        return Some(format!("write `{integration}`"));
    }
    if !known.is_empty() {
        // The word is the name of a field, or quoted in the message.
        let field = pointer.rsplit('/').next().unwrap_or_default().replace("~1", "/");
        let quoted = message.split(['\'', ' ']).filter(|word| !word.is_empty());
        let typed: Vec<&str> = std::iter::once(field.as_str()).chain(quoted).take(6).collect();
        return Some(choose(&typed, known));
    }
    if let fields @ [_, ..] = &required(message)[..] {
        return Some(format!("add {}", fields.join(" or ")));
    }
    let begins = FIXES.iter().find(|(begin, _)| message.starts_with(begin));
    let found = begins.or_else(|| FIXES_BY_END.iter().find(|(end, _)| message.ends_with(end)));
    found.map(|(_, fix)| (*fix).to_owned())
}

/// The same, by the end of the message.
const FIXES_BY_END: [(&str, &str); 3] = [
    (
        "is not a valid name of a variable",
        "begin it with a letter, and continue with letters, digits, and underscores",
    ),
    ("is already assigned in an outer scope", "give it another name"),
    ("does not return a string", "call a function that does, such as States.Format"),
];

/// What to do, by the beginning of the message.
const FIXES: [(&str, &str); 31] = [
    ("Only one of ", "remove one of them"),
    ("Exactly one ", "keep exactly one of them, or add one"),
    ("Field ", "remove it"),
    ("Expected value of type ", "write a value of that type"),
    ("Expected a JSON pointer", "write a pointer that begins with a slash, such as /items"),
    ("Expected a JSONata expression or a boolean", "write {% … %}, true, or false"),
    ("Expected a JSONata expression or a list", "write {% … %} or a list"),
    ("Expected a list ", "write a list with at least one element"),
    ("Expected a number ", "write such a number, such as 2.0"),
    ("Expected a positive integer", "write a whole number of seconds, such as 600"),
    ("Expected a string ", "write a string of that length"),
    ("Expected an integer ", "write a whole number within these limits"),
    (
        "Value is not a valid JSONPath",
        "write a path that begins with $, such as $.envelope.subject",
    ),
    (
        "Value is not a valid intrinsic function call",
        "write a call such as States.Format('{}', $.subject)",
    ),
    (
        "Value is not a Reference Path",
        "write a path to one place, such as $.result, without wildcards and filters",
    ),
    (
        "The value for the field ",
        "write a path that begins with $, or a call such as States.Format('{}', $.subject)",
    ),
    (
        "A JSONata expression begins",
        "write the expression as {% … %}, or a string without these characters",
    ),
    ("The JSONata expression ", "correct it; Step Functions uses JSONata 2.0.6"),
    ("'$states.result' ", "use it in Output or Assign of a Task, Map, or Parallel state"),
    ("'$states.errorOutput' ", "use it in Output or Assign of a Catch"),
    ("The field ", "add it"),
    ("State \"", "add a transition to it, or remove it"),
    ("The value of ", "write a value of the type that the field has, within its limits"),
    ("String does not match RFC3339", "write a time such as 2026-01-31T08:00:00Z"),
    ("HeartbeatSeconds ", "increase TimeoutSeconds, or decrease HeartbeatSeconds"),
    ("States.ALL must ", "give it a rule of its own, after all others"),
    ("The value has the wrong type ", "write a value of the type that the operator compares"),
    ("The resource provided ", "use an integration that the Step Functions developer guide lists"),
    ("the delimiter ", "write COMMA, PIPE, SEMICOLON, SPACE, or TAB"),
    ("the version ", "write \"1.0\", or remove it"),
    ("CSVHeaderLocation ", "write FIRST_ROW, or GIVEN with CSVHeaders"),
];

/// The values that a message allows.
fn allowed(message: &str) -> Option<Vec<String>> {
    let (_, list) = message.split_once("allowed values: [")?;
    let list = list.split(']').next()?;
    Some(list.split(", ").map(str::to_owned).collect())
}

/// The text at a place of the document.
fn written<'a>(document: &'a Map<String, Value>, pointer: &str) -> Option<&'a str> {
    let mut names =
        pointer.split('/').skip(1).map(|name| name.replace("~1", "/").replace("~0", "~"));
    let mut value = document.get(&names.next()?)?;
    for name in names {
        value = match value {
            Value::Array(items) => items.get(name.parse::<usize>().ok()?)?,
            other => other.get(&name)?,
        };
    }
    value.as_str()
}

/// Names what is probably meant by one of these words, or what there is to choose from.
fn choose(typed: &[&str], known: &[String]) -> String {
    let names = known.iter().map(String::as_str);
    if let Some(meant) = typed.iter().find_map(|typed| closest(typed, names.clone())) {
        return format!("did you mean `{meant}`?");
    }
    let rest = if known.len() > MAX_LISTED { ", …" } else { "" };
    let listed: Vec<&str> = names.take(MAX_LISTED).collect();
    format!("use one of {}{rest}", listed.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::check::check;

    /// Code, location and fix of everything that is found.
    fn found(yaml: &str) -> Vec<String> {
        let definition = Definition::from_yaml(yaml, "test").unwrap();
        let mut findings = check(&definition, None);
        findings.extend(definition.judged(&findings));
        let shown = |finding: Finding| {
            let fix = finding.fix.unwrap_or_default();
            format!("{} {} {} {fix}", finding.severity, finding.code, finding.location)
        };
        findings.into_iter().map(shown).collect()
    }

    #[test]
    fn a_misspelled_name_comes_with_the_one_that_is_meant() {
        let state = |fields: &str| found(&format!("StartAt: A\nStates: {{A: {{{fields}}}}}"));
        for (fields, expected) in [
            ("Type: Pass, End: true, Rezult: 1", "$.States.A.Rezult did you mean `Result`?"),
            (
                "Type: Task, End: true, Parameters: {}, Resource: 'arn:aws:states:::sns:publsh'",
                "$.States.A.Resource did you mean `arn:aws:states:::sns:publish`?",
            ),
            (
                "Type: Choice, Choices: [{Variable: $.a, StringMatch: b, Next: B}]}, B: {Type: Succeed",
                "$.States.A.Choices[0].StringMatch did you mean `StringMatches`?",
            ),
            (
                "Type: Pass, End: true, InputPath: a",
                "$.States.A.InputPath write a path that begins with $, such as $.envelope.subject",
            ),
        ] {
            assert_eq!(state(fields), [format!("error refused {expected}")], "{fields}");
        }
    }

    #[test]
    fn every_refusal_says_what_to_do() {
        let distributed = "Type: Map, End: true, ItemProcessor: {ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: \
                           STANDARD}, StartAt: I, States: {I: {Type: Succeed}}}";
        let reader = "ItemReader: {Resource: 'arn:aws:states:::s3:getObject', Parameters: {Bucket: b, Key: k}";
        let inline = "Type: Map, End: true, ItemProcessor: {ProcessorConfig: {Mode: DISTRIBUTE}, StartAt: I, States: \
                      {I: {Type: Succeed}}}";
        let task =
            "Type: Task, End: true, Resource: 'arn:aws:lambda:eu-west-1:123456789012:function:f'";
        let cases = [
            (inline.to_owned(), "did you mean `DISTRIBUTED`?"),
            (
                format!(
                    "{distributed}, ResultWriter: {{WriterConfig: {{OutputType: JSNL, Transformation: NONE}}, \
                      Resource: 'arn:aws:states:::s3:putObject', Parameters: {{Bucket: b}}}}"
                ),
                "did you mean `JSONL`?",
            ),
            (
                format!(
                    "{distributed}, {reader}, ReaderConfig: {{InputType: JSON, ItemsPointer: items}}}}"
                ),
                "slash",
            ),
            (
                format!("{distributed}, {reader}, ReaderConfig: {{InputType: CSV}}}}"),
                "add CSVHeaderLocation",
            ),
            (
                format!("{task}, Retry: [{{ErrorEquals: [a], JitterStrategy: FUL}}]"),
                "did you mean `FULL`?",
            ),
            (format!("{task}, Retry: [{{ErrorEquals: [a], BackoffRate: 0.5}}]"), "2.0"),
            (format!("{task}, Retry: [{{ErrorEquals: [a], MaxAttempts: -1}}]"), "whole number"),
            (
                format!("{task}, Retry: [{{ErrorEquals: [States.ALL]}}, {{ErrorEquals: [a]}}]"),
                "after all others",
            ),
            (format!("{task}, TimeoutSecondsPath: States.Nothing("), "States.Format"),
            (
                "Type: Pass, End: true, QueryLanguage: JSONata, Output: '{% $states.result %}'"
                    .to_owned(),
                "of a Task",
            ),
            (
                "Type: Pass, End: true, QueryLanguage: JSONata, Output: '{% 1 + %}'".to_owned(),
                "2.0.6",
            ),
            (
                "Type: Choice, Choices: [{Variable: $.a, Next: B}]}, B: {Type: Succeed".to_owned(),
                "exactly one",
            ),
            ("Type: Pass, End: true, Assign: {1a: 1}".to_owned(), "begin it with a letter"),
            ("Type: Fail, ErrorPath: 'States.MathAdd(1, 2)'".to_owned(), "States.Format"),
        ];
        for (fields, expected) in cases {
            let found = found(&format!("StartAt: A\nStates: {{A: {{{fields}}}}}"));
            let refused: Vec<_> = found.iter().filter(|it| it.contains(" refused ")).collect();
            assert!(refused.iter().any(|it| it.contains(expected)), "{fields}: {found:?}");
            // Place and fix: nothing ends with the place.
            assert!(refused.iter().all(|it| !it.ends_with(' ')), "{fields}: {found:?}");
        }
    }

    #[test]
    fn what_is_found_twice_is_said_once_and_nothing_else_is_hidden() {
        let codes = |yaml: &str| -> Vec<String> {
            found(yaml).iter().map(|it| it.split(' ').nth(1).unwrap().to_owned()).collect()
        };
        for (yaml, expected) in [
            ("{a: 1}", &["no-states", "refused"][..]),
            ("StartAt: A\nStates: {A: {Type: Pass}}", &["ending"]),
            ("StartAt: A\nStates: {A: {Type: Pass, Next: B}}", &["unknown-target"]),
            ("StartAt: A\nStates: {A: {Type: Choice}}", &["choices"]),
            ("StartAt: A\nStates: {A: {Type: Parallel, End: true}}", &["branches"]),
            ("StartAt: A\nStates: {A: {Type: Map, End: true}}", &["item-processor"]),
            ("StartAt: A\nStates: {A: {Type: Task, End: true}}", &["task-resource"]),
            ("StartAt: A\nStates: {A: {Type: Wait, End: true}}", &["wait"]),
            ("StartAt: A\nStates: {A: {Type: Nap}}", &["state-type"]),
            ("StartAt: A\nStates: {A: {Type: Pass, Output: 1, End: true}}", &["mixed-languages"]),
            ("StartAt: A\nStates: {A: {Type: Pass, Next: A}}", &["no-end"]),
            (
                "StartAt: A\nStates: {A: {Type: Succeed}, B: {Type: Pass, End: true}}",
                &["unreachable"],
            ),
            (
                "StartAt: A\nStates: {A: {Type: Pass, Bogus: 1, Next: B}, B: {Type: Pass}}",
                &["ending", "refused"],
            ),
        ] {
            assert_eq!(codes(yaml), expected, "{yaml}");
        }
    }
}
