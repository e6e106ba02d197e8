//! The mistakes. Each is one that a developer could make without noticing.

/// A textual change. The old text occurs exactly once in its file.
pub(crate) struct Mistake {
    pub(crate) name: &'static str,
    /// Relative to the folder of the crate.
    pub(crate) file: &'static str,
    pub(crate) old: &'static str,
    pub(crate) new: String,
}

const FLOW: &str = "src/flow.rs";
const JUDGEMENT: &str = "src/judgement.rs";
const HISTORY: &str = "src/history.rs";
const LEDGER: &str = "src/memory/ledger.rs";
const GATE: &str = "src/gate.rs";
const SES_EVENT: &str = "src/ses/event.rs";
const SES_INPUT: &str = "src/ses/canonical.rs";
const SES_LIMITS: &str = "src/ses/limits.rs";

pub(crate) fn all() -> Vec<Mistake> {
    [
        claiming(),
        starting(),
        looking(),
        judging(),
        checking(),
        recording(),
        reading_ses(),
        bouncing(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn one(
    name: &'static str,
    file: &'static str,
    old: &'static str,
    new: impl Into<String>,
) -> Mistake {
    Mistake { name, file, old, new: new.into() }
}

const ASK_THE_LEDGER: &str = "flow.ledger.claim(message.key(), &ours, expires_at).await?";

fn claiming() -> Vec<Mistake> {
    vec![
        one(
            "start before the claim",
            FLOW,
            "    trace.phases.begin(Phase::Claim);\n",
            "    let name = ours.execution_arn.name();\n    \
             flow.executions.start(&flow.machine, name, message.input()).await?;\n",
        ),
        one(
            "the claim's result is ignored",
            FLOW,
            ASK_THE_LEDGER,
            "flow.ledger.claim(message.key(), &ours, expires_at).await.map(|_| Claim::Claimed)?",
        ),
        one(
            "a claim that fails counts as claimed",
            FLOW,
            ASK_THE_LEDGER,
            "flow.ledger.claim(message.key(), &ours, expires_at).await.unwrap_or(Claim::Claimed)",
        ),
        one(
            "the claim writes without condition",
            LEDGER,
            "if let Some(item) = items.get(key) {",
            "if let Some(item) = items.get(key).filter(|_| false) {",
        ),
        one(
            "the claim's read is not consistent and misses the verdict",
            LEDGER,
            "return Ok(Claim::Existing(item.entry.clone()));",
            "return Ok(Claim::Existing(Entry { verdict: None, ..item.entry.clone() }));",
        ),
        one(
            "an entry that looks expired is ignored",
            FLOW,
            ASK_THE_LEDGER,
            "flow.ledger.claim(message.key(), &ours, expires_at).await.map(|claim| match claim {\n\
             Claim::Existing(entry) if entry.claimed_at.is_some_and(|at| {\n\
             at + lifetime < invocation.epoch_seconds }) => Claim::Claimed,\n\
             other => other })?",
        ),
        one(
            "an entry expires before the mail system stops asking",
            FLOW,
            "i64::try_from(message.asked_again_for().as_secs())",
            "i64::try_from(message.asked_again_for().as_secs() / 2)",
        ),
        one(
            "the settings' origin counts, not the pinned one",
            FLOW,
            "let origin = entry.origin.unwrap_or_else(|| configured.clone());",
            "let origin = configured.clone();",
        ),
    ]
}

fn starting() -> Vec<Mistake> {
    vec![
        one(
            "ExecutionAlreadyExists is an error",
            FLOW,
            "Started::AlreadyExists => patience.at_once(),",
            "Started::AlreadyExists => return Err(ExecutionsError::NotStandard {\n\
             started: String::new(), expected: execution.clone() }),",
        ),
        one(
            "the settings' machine is started, not the entry's",
            FLOW,
            "let machine = flow.machine.to_start(execution);",
            "let machine = flow.machine.clone();",
        ),
        one(
            "the execution's name depends on the time",
            FLOW,
            "ExecutionName::from_key(message.key())",
            "ExecutionName::from_key(&format!(\"{}-{}\", message.key(), invocation.epoch_seconds))",
        ),
        one(
            "who finds the execution missing does not start it",
            FLOW,
            "if trace.path == Some(Path::Retry) && outcome == Outcome::Missing {",
            "if false {",
        ),
        one(
            "every invocation starts and waits, on the settings' machine",
            FLOW,
            "if trace.path == Some(Path::Retry) && outcome == Outcome::Missing {",
            "if trace.path == Some(Path::Retry) {\n        \
             flow.executions.start(&flow.machine, case.execution.name(), message.input()).await?;",
        ),
    ]
}

fn looking() -> Vec<Mistake> {
    vec![
        one(
            "a retry does not look",
            FLOW,
            "let outcome = look(flow, &case, trace).await?;",
            "let outcome = Outcome::Running;",
        ),
        one(
            "the oldest exit of a page counts, not the newest",
            HISTORY,
            "events.into_iter().find_map(",
            "events.into_iter().rev().find_map(",
        ),
        one(
            "the exit of any state counts",
            HISTORY,
            "HistoryEvent::Exited { state: left, output } if left == state => Some(output),",
            "HistoryEvent::Exited { output, .. } if !state.is_empty() => Some(output),",
        ),
        one(
            "only the first page of the history is read",
            HISTORY,
            "if next.is_none() {",
            "if true {",
        ),
        one(
            "the oldest event of a page says how the execution ended",
            HISTORY,
            "ended = events.first().map(outcome_by_newest);",
            "ended = events.last().map(outcome_by_newest);",
        ),
        one(
            "a redrive is not seen in the history",
            HISTORY,
            "redriven |= events.contains(&HistoryEvent::Redriven);",
            "redriven |= events.is_empty();",
        ),
    ]
}

const PENDING: &str =
    "Outcome::Missing | Outcome::Running | Outcome::Succeeded { output: None, .. } => {";

const ABORTED: &str = "=> return Err(InvocationError::ExecutionFailed { \
     ending: crate::executions::Ending { status: crate::executions::EndStatus::Aborted, error: None }, \
     policy }),\n";

fn judging() -> Vec<Mistake> {
    vec![
        one(
            "a missing execution counts as failed",
            JUDGEMENT,
            PENDING,
            format!("Outcome::Missing {ABORTED}{PENDING}"),
        ),
        one(
            "a running execution counts as failed",
            JUDGEMENT,
            PENDING,
            format!("Outcome::Running {ABORTED}{PENDING}"),
        ),
        one(
            "a success whose output is late counts as no verdict",
            JUDGEMENT,
            PENDING,
            "Outcome::Missing | Outcome::Running => {",
        ),
        one(
            "the policy speaks while the execution runs",
            JUDGEMENT,
            "        Err(error @ InvocationError::NotReady) => Judgement::Fail(error),\n",
            "",
        ),
        one(
            "an error is answered as DEFAULT",
            FLOW,
            "Judgement::Fail(error) => Err(error),",
            "Judgement::Fail(error) => message.by_policy(crate::on_failure::OnFailure::Default).ok_or(error),",
        ),
        one(
            "running out of time is answered as DEFAULT",
            FLOW,
            "decided.unwrap_or(Err(InvocationError::OutOfTime))",
            "decided.unwrap_or(message.by_policy(crate::on_failure::OnFailure::Default)\
             .ok_or(InvocationError::OutOfTime))",
        ),
        one(
            "a failed execution is final under `retry`: the mail is let through",
            JUDGEMENT,
            "        OnFailure::Retry => None,\n",
            "        OnFailure::Retry => message.by_policy(OnFailure::Default),\n",
        ),
    ]
}

fn checking() -> Vec<Mistake> {
    let reads = "let rejected = match output.map(|output| message.interpret(output)) {";
    vec![
        one(
            "an output is answered as it came, unchecked",
            JUDGEMENT,
            reads,
            format!(
                "if let Some(Ok(verdict)) = output.map(|text| VerdictJson::from_checked(text.to_owned(), Vec::new())) {{\n\
                 return Ok(verdict); }}\n{reads}"
            ),
        ),
        one(
            "a recorded verdict is answered unchecked",
            FLOW,
            "return recheck(&recorded, message, &mut trace.findings);",
            "return VerdictJson::from_checked(recorded, Vec::new()).map_err(|_| InvocationError::NotReady);",
        ),
    ]
}

fn recording() -> Vec<Mistake> {
    vec![
        one("no verdict is recorded", FLOW, "if !record {", "if !record || record {"),
        one(
            "the verdict of a redriven execution is not recorded",
            JUDGEMENT,
            "Ok(verdict) => Ok((verdict, *redriven)),",
            "Ok(verdict) => Ok((verdict, *redriven && false)),",
        ),
        one(
            "the verdict of a passed state is not recorded",
            JUDGEMENT,
            "Ok(verdict) => Ok((verdict, true)),",
            "Ok(verdict) => Ok((verdict, false)),",
        ),
        one(
            "the verdict of the policy is not recorded",
            JUDGEMENT,
            "Judgement::Answer { verdict, record: true, by_policy: true }",
            "Judgement::Answer { verdict, record: false, by_policy: true }",
        ),
        one(
            "a later record overwrites the first",
            LEDGER,
            "item.entry.verdict.get_or_insert_with(|| verdict.as_str().to_owned())",
            "item.entry.verdict.insert(verdict.as_str().to_owned())",
        ),
        one(
            "the own verdict is answered, not the first one recorded",
            FLOW,
            "if recorded == verdict.as_str() {",
            "if !recorded.is_empty() {",
        ),
        one(
            "a verdict that could not be recorded is answered all the same",
            FLOW,
            "flow.ledger.record(message.key(), &case.execution, &verdict, expires_at).await?;",
            "flow.ledger.record(message.key(), &case.execution, &verdict, expires_at).await\n\
             .unwrap_or_else(|_| verdict.as_str().to_owned());",
        ),
    ]
}

fn reading_ses() -> Vec<Mistake> {
    vec![
        one(
            "SES: the input contains the time of the invocation",
            SES_INPUT,
            "\"headersTruncated\", \"messageId\", \"source\"];",
            "\"timestamp\", \"messageId\", \"source\"];",
        ),
        one(
            "SES: the key depends on the order of the recipients",
            SES_EVENT,
            "all.sort_by_cached_key(|address| (address.to_lowercase(), address.clone()));",
            "",
        ),
        one(
            "SES: the input contains what only some invocations have",
            SES_INPUT,
            "&RECEIPT);",
            "&[\"processingTimeMillis\"]);",
        ),
        one(
            "SES: an entry expires as early as one of WorkMail",
            SES_LIMITS,
            "Duration::from_secs(37 * 60 * 60)",
            "Duration::from_secs(4 * 60 * 60)",
        ),
    ]
}

fn bouncing() -> Vec<Mistake> {
    vec![
        one(
            "SES: a noted bounce is sent again",
            GATE,
            "if let (Some(bounce), false) = (&response.bounce, trace.bounced) {",
            "if let Some(bounce) = &response.bounce {",
        ),
        one(
            "SES: a bounce is not noted",
            GATE,
            "let _ = timeout_at(end, gate.flow.ledger.note_bounce(message.key())).await;",
            "",
        ),
        one(
            "SES: a bounce is noted before it is sent",
            GATE,
            "let sent = timeout_at(end, gate.bounces.send(bounce)).await;",
            "let _ = timeout_at(end, gate.flow.ledger.note_bounce(message.key())).await;\n\
             let sent = timeout_at(end, gate.bounces.send(bounce)).await;",
        ),
        one(
            "SES: a bounce that could not be sent is left out",
            GATE,
            "Err(error) => Err(InvocationError::BounceNotSent(error)),",
            "Err(_) => Ok(()),",
        ),
        one(
            "SES: a message whose bounce could not be sent is delivered",
            GATE,
            "send(gate, message, bounce, policy, end, trace).await?;",
            "if send(gate, message, bounce, policy, end, trace).await.is_err() {\n\
             return Ok(Disposition::Continue); }",
        ),
        one(
            "SES: an error is answered as CONTINUE",
            GATE,
            "(Err(error), None) => return Err(error),",
            "(Err(_), None) => return Ok(Disposition::Continue),",
        ),
    ]
}
