//! What a rule does with a message in the end, for each recipient.

use handler::actions::verdict::Verdict;
use handler::actions::{Effect, effects};
use handler::rule::Rule;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{Ending, Fallback, Invocations, RuleRequest};
use crate::finding::Finding;

/// What happened to a message, as a rule would carry it out.
#[derive(Debug, Serialize)]
pub struct RuleOutcome<'a> {
    /// The function that was invoked.
    pub function: &'a str,
    /// Whether the rule waits for a verdict.
    pub rule: Rule,
    /// The message's id, if the event is a message.
    pub invocation_id: Option<&'a str>,
    /// How often the function was invoked.
    pub attempts: u32,
    /// The execution that decides, if the handler's log names it.
    pub execution_arn: Option<&'a str>,
    /// The operator's policy, if it answered instead of the state machine.
    pub policy: Option<&'a str>,
    /// The verdict as WorkMail reads it.
    pub verdict: Option<&'a RawValue>,
    /// What is odd about the verdict.
    pub findings: Vec<Finding>,
    /// What happens for each recipient that is known.
    pub recipients: Vec<Effect>,
    /// The rule's fallback action, if it is known.
    pub fallback: Option<Fallback>,
}

impl<'a> RuleOutcome<'a> {
    pub fn new(
        request: RuleRequest<'a>,
        invocations: &'a Invocations,
        fallback: Option<Fallback>,
    ) -> Self {
        let checked = match &invocations.ending {
            Ending::Verdict(checked) => Some(checked),
            Ending::Started | Ending::TimedOut | Ending::Rejected => None,
        };
        let text = checked.map(|checked| checked.verdict.as_str());
        let verdict: Option<Verdict> = text.map(|text| {
            serde_json::from_str(text).expect("a checked verdict was written from a verdict")
        });
        let findings = checked.into_iter().flat_map(|checked| checked.findings.clone());
        // Under an asynchronous rule, nothing happens for any recipient.
        let message = request.message.filter(|_| request.rule == Rule::Synchronous);
        let recipients = message
            .map(|message| effects(message.audience(), verdict.as_ref()))
            .unwrap_or_default();
        Self {
            function: request.function,
            rule: request.rule,
            invocation_id: request.message.map(|message| message.invocation_id()),
            attempts: invocations.last.attempt,
            execution_arn: invocations.last.log_line.execution_arn.as_deref(),
            policy: invocations.last.log_line.policy.as_deref(),
            verdict: text.and_then(|text| serde_json::from_str(text).ok()),
            findings: findings.map(Finding::from).collect(),
            recipients,
            fallback,
        }
    }
}
