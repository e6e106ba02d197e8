//! What depends on a flow now, for people.

use super::health::known;
use super::style::{BAD, CAREFUL, STRONG, styled};
use crate::health::InUse;
use cloud::Running;

/// What depends on the flow now.
#[must_use]
pub fn usage(usage: &InUse) -> String {
    [
        styled(STRONG, "what depends on it now:"),
        format!(
            "  invocations  {}",
            known(&usage.invocations_last_day, |count| invocations(*count))
        ),
        format!("  entries      {}", known(&usage.entries, |count| entries(*count))),
        format!("  executions   {}", known(&usage.running, |running| executions(running.as_ref()))),
    ]
    .join("\n")
}

fn invocations(count: f64) -> String {
    if count > 0.0 {
        let rule = format!(
            "{count} in the last 24 hours: a WorkMail rule seems to name the function still"
        );
        styled(BAD, &rule)
    } else {
        "none in the last 24 hours".to_owned()
    }
}

fn entries(count: Option<u64>) -> String {
    match count {
        None => "the table does not exist any more".to_owned(),
        Some(count) => format!("about {count} in the table, as DynamoDB counts every six hours"),
    }
}

fn executions(running: Option<&Running>) -> String {
    match running {
        None => "the state machine does not exist any more".to_owned(),
        Some(Running { count: 0, .. }) => "none is running".to_owned(),
        Some(Running { count, more }) => {
            let least = if *more { "at least " } else { "" };
            let fate = "running; Step Functions ends them at their next transition, undecided";
            styled(CAREFUL, &format!("{least}{count} {fate}"))
        }
    }
}
