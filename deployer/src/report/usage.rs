//! What depends on a flow that is about to be removed, as text.

use super::health::known;
use super::style::{BOLD, ERROR, WARNING, styled};
use crate::health::InUse;
use cloud::RunningExecutions;
pub fn usage(usage: &InUse) -> String {
    [
        styled(BOLD, "what depends on it now:"),
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
            "{count} in the last 24 hours, by WorkMail or by hand: a WorkMail rule may still name the function"
        );
        styled(ERROR, &rule)
    } else {
        "none measured yet in the last 24 hours; CloudWatch is some minutes behind".to_owned()
    }
}

fn entries(count: Option<u64>) -> String {
    match count {
        None => "the table no longer exists".to_owned(),
        Some(count) => format!("about {count} in the table, as DynamoDB counts every six hours"),
    }
}

fn executions(running: Option<&RunningExecutions>) -> String {
    match running {
        None => "the state machine no longer exists".to_owned(),
        Some(RunningExecutions { count: 0, .. }) => "none is running".to_owned(),
        Some(RunningExecutions { count, more }) => {
            let least = if *more { "at least " } else { "" };
            let note = "running; Step Functions ends them at their next transition, undecided";
            styled(WARNING, &format!("{least}{count} {note}"))
        }
    }
}
