//! The Lambda functions that a definition names. The role may invoke only these.

use std::fmt;

use serde_json::{Map, Value};

use super::{Definition, FlowFunction, Home, policy};
use crate::document::{item, member};
use crate::finding::Finding;

/// The ARN of a Lambda function, of a version or of an alias.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FunctionArn(String);

impl FunctionArn {
    /// The ARN.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads what Step Functions accepts as a function's name: `NAME`, `ACCOUNT:function:NAME` or
    /// an ARN, each with or without a qualifier. Source: Lambda API reference, `Invoke`.
    fn parse(text: &str, home: Home<'_>) -> Option<Self> {
        let parts: Vec<&str> = text.split(':').collect();
        let (region, account, name, qualifier) = match parts[..] {
            ["arn", "aws", "lambda", region, account, "function", name] => {
                (region, account, name, None)
            }
            ["arn", "aws", "lambda", region, account, "function", name, qualifier] => {
                (region, account, name, Some(qualifier))
            }
            [account, "function", name] => (home.region, account, name, None),
            [account, "function", name, qualifier] => (home.region, account, name, Some(qualifier)),
            [name] => (home.region, home.account, name, None),
            [name, qualifier] => (home.region, home.account, name, Some(qualifier)),
            _ => return None,
        };
        let legal = |part: &str, extra: &str| {
            !part.is_empty()
                && part.chars().all(|char| {
                    char.is_ascii_alphanumeric()
                        || char == '-'
                        || char == '_'
                        || extra.contains(char)
                })
        };
        let account_legal =
            account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        if !legal(region, "") || !account_legal || !legal(name, "") {
            return None;
        }
        let mut arn = format!("arn:aws:lambda:{region}:{account}:function:{name}");
        if let Some(qualifier) = qualifier {
            if !legal(qualifier, "$") {
                return None;
            }
            arn = format!("{arn}:{qualifier}");
        }
        Some(Self(arn))
    }
}

impl fmt::Display for FunctionArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// All functions that a definition names, sorted and without duplicates, and findings about the
/// permissions of other tasks.
pub(super) fn named_in(
    definition: &Definition,
    home: Home<'_>,
    statements: &[Value],
) -> (Vec<FunctionArn>, Vec<Finding>) {
    let mut named = Named { home, statements, functions: Vec::new(), findings: Vec::new() };
    named.machine(definition.document(), "$");
    named.functions.sort();
    named.functions.dedup();
    (named.functions, named.findings)
}

/// Functions that a definition names, and findings about it.
pub(super) struct Brought {
    pub(super) functions: Vec<FunctionArn>,
    pub(super) findings: Vec<Finding>,
}

/// The functions of the flow that its definition names anywhere, in an expression too, and a warning for each of the others.
pub(super) fn brought(definition: &Definition, home: Home<'_>, own: &[FlowFunction]) -> Brought {
    let mut brought = Brought { functions: Vec::new(), findings: Vec::new() };
    if own.is_empty() {
        return brought;
    }
    let text = definition.to_json();
    for function in own {
        match FunctionArn::parse(&function.arn, home).filter(|_| names(&text, &function.arn)) {
            Some(arn) => brought.functions.push(arn),
            None => {
                let name = &function.name;
                let sentence = format!("no state calls the function `{name}`");
                let fix = format!(
                    "call it as `${{functions.{name}}}` in the definition, or remove its folder"
                );
                let at = function.code.origin();
                brought.findings.push(Finding::warning("unused-function", at, sentence).fix(fix));
            }
        }
    }
    brought
}

/// Whether a text has this ARN, and not only one that begins with it.
fn names(text: &str, arn: &str) -> bool {
    let ends = |rest: &str| {
        !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || "-_".contains(next))
    };
    text.match_indices(arn).any(|(at, _)| ends(&text[at + arn.len()..]))
}

struct Named<'a> {
    home: Home<'a>,
    /// The statements of the flow's own policy.
    statements: &'a [Value],
    functions: Vec<FunctionArn>,
    findings: Vec<Finding>,
}

impl Named<'_> {
    fn machine(&mut self, machine: &Map<String, Value>, path: &str) {
        for (name, state) in machine.get("States").and_then(Value::as_object).into_iter().flatten()
        {
            let Some(state) = state.as_object() else {
                continue;
            };
            let path = member(&member(path, "States"), name);
            if state.get("Type").is_some_and(|kind| kind == "Task") {
                self.task(state, &path);
            }
            let branches = state.get("Branches").and_then(Value::as_array).into_iter().flatten();
            for (index, branch) in branches.enumerate() {
                self.nested(branch, &item(&member(&path, "Branches"), index));
            }
            for field in ["ItemProcessor", "Iterator"] {
                self.nested(state.get(field).unwrap_or_default(), &member(&path, field));
            }
        }
    }

    fn nested(&mut self, machine: &Value, path: &str) {
        if let Some(machine) = machine.as_object() {
            self.machine(machine, path);
        }
    }

    fn task(&mut self, state: &Map<String, Value>, path: &str) {
        let Some(resource) = state.get("Resource").and_then(Value::as_str) else {
            return;
        };
        let at = member(path, "Resource");
        if resource.contains("${") {
            let finding = Finding::error("substitution", at, "only SAM replaces `${…}`");
            self.findings.push(finding.fix("write the ARN"));
        } else if resource.starts_with("arn:aws:lambda:") {
            self.function(resource, &at);
        } else if resource.starts_with("arn:aws:states:::lambda:invoke") {
            self.invocation(state, path);
        } else if !action(resource).is_some_and(|action| policy::allow(self.statements, &action)) {
            let sentence = format!(
                "the role of the state machine has no permission for `{resource}`: it can only invoke \
                 Lambda functions, and do what the flow's policy.yaml allows"
            );
            let fix = "allow it in the flow's policy.yaml, or let a Lambda function do it";
            self.findings.push(Finding::warning("task-permission", at, sentence).fix(fix));
        }
    }

    fn invocation(&mut self, state: &Map<String, Value>, path: &str) {
        for field in ["Parameters", "Arguments"] {
            let at = member(&member(path, field), "FunctionName");
            match state.get(field).and_then(|arguments| arguments.get("FunctionName")) {
                Some(Value::String(name)) if !name.starts_with("{%") => {
                    self.function(name, &at);
                    return;
                }
                Some(_) => break,
                None => {}
            }
        }
        if policy::allow(self.statements, "lambda:InvokeFunction") {
            return;
        }
        let sentence = "the name of the function is known only at run time, so the role of the state machine has \
                        no permission to invoke it";
        let finding = Finding::warning("dynamic-function", path, sentence);
        self.findings.push(finding.fix(
            "write the name in the definition, or allow lambda:InvokeFunction in policy.yaml",
        ));
    }

    fn function(&mut self, text: &str, at: &str) {
        match FunctionArn::parse(text, self.home) {
            Some(function) => self.functions.push(function),
            None => {
                let sentence =
                    format!("`{text}` is neither the name nor the ARN of a Lambda function");
                let fix = "write a name, or arn:aws:lambda:REGION:ACCOUNT:function:NAME";
                self.findings.push(Finding::error("function-name", at, sentence).fix(fix));
            }
        }
    }
}

/// The action that an integration calls, in IAM's spelling except for case:
/// `arn:aws:states:::dynamodb:getItem` and `arn:aws:states:::aws-sdk:dynamodb:getItem`, each with
/// or without a suffix such as `.waitForTaskToken`.
fn action(resource: &str) -> Option<String> {
    let call = resource.strip_prefix("arn:aws:states:::")?;
    let call = call.strip_prefix("aws-sdk:").unwrap_or(call);
    let (service, name) = call.split_once(':')?;
    let name = name.split(['.', ':']).next().unwrap_or(name);
    Some(format!("{service}:{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: Home<'_> = Home { region: "eu-west-1", account: "123456789012" };

    #[test]
    fn names_become_arns() {
        let arn = |text| FunctionArn::parse(text, HOME).map(|arn| arn.to_string());
        let full = "arn:aws:lambda:us-east-1:111122223333:function:f:live";
        assert_eq!(arn(full).unwrap(), full);
        assert_eq!(arn("f").unwrap(), "arn:aws:lambda:eu-west-1:123456789012:function:f");
        assert_eq!(
            arn("f:$LATEST").unwrap(),
            "arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST"
        );
        assert_eq!(
            arn("111122223333:function:f").unwrap(),
            "arn:aws:lambda:eu-west-1:111122223333:function:f"
        );
        for text in
            ["", "*", "f*", "a b", "arn:aws:lambda:*:111122223333:function:f", "1:function:f"]
        {
            assert_eq!(arn(text), None, "{text}");
        }
    }

    #[test]
    fn functions_are_found_in_every_task() {
        let definition = Definition::from_yaml(
            "StartAt: P
States:
  P:
    Type: Parallel
    Next: T
    Branches:
      - StartAt: B
        States:
          B: {Type: Task, Resource: 'arn:aws:lambda:eu-west-1:123456789012:function:b', End: true}
  T:
    Type: Task
    Resource: arn:aws:states:::lambda:invoke
    Arguments: {FunctionName: a}
    Next: D
  D:
    Type: Task
    Resource: arn:aws:states:::lambda:invoke.waitForTaskToken
    Parameters: {FunctionName.$: $.f}
    Next: S
  S: {Type: Task, Resource: 'arn:aws:states:::sns:publish', Next: V}
  V: {Type: Task, Resource: '${Function}', End: true}
",
            "test",
        );
        let (functions, findings) = named_in(&definition.unwrap(), HOME, &[]);
        let names: Vec<_> = functions.iter().map(FunctionArn::as_str).collect();
        assert_eq!(
            names,
            [
                "arn:aws:lambda:eu-west-1:123456789012:function:a",
                "arn:aws:lambda:eu-west-1:123456789012:function:b"
            ]
        );
        let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["dynamic-function", "task-permission", "substitution"]);
    }
}
