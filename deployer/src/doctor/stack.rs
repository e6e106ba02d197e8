//! The status of the stack, in one line.

use super::{Check, Target};
use crate::config::Tags;
use crate::next_command::NextCommand;
use cloud::{Cloud, Stack, StackStatus};

const NAME: &str = "stack";

/// The check, and the stack if there is one.
pub(super) async fn check(cloud: &Cloud, target: &Target<'_>) -> (Check, Option<Stack>) {
    let name = target.stack;
    match cloud.stacks.describe(name.as_str()).await {
        Ok(Some(stack)) if stack.status != StackStatus::DeleteComplete => {
            (check_stack(&stack, target.next), Some(stack))
        }
        Ok(_) => (Check::ok(NAME, format!("there is no stack {name} yet")), None),
        Err(error) => (Check::refused(NAME, &error), None),
    }
}

fn check_stack(stack: &Stack, next: &NextCommand) -> Check {
    let Stack { name, status, .. } = stack;
    let fact = format!("{name} is {status}");
    match status {
        StackStatus::ReviewInProgress => {
            Check::ok(NAME, format!("{fact}: empty, with a change set that was not executed"))
        }
        _ if !Tags::mark_as_own(&stack.tags) => {
            Check::error(NAME, format!("there is a stack {name}, but deployer did not create it"))
                .hint("choose another name with --stack-name")
        }
        status if status.is_busy() => {
            Check::warning(NAME, format!("{fact}: an operation is in progress")).hint(format!(
                "{} follows it; --wait-busy makes `up` and `down` wait for its end",
                next.code(&["watch"])
            ))
        }
        status if status.is_stable() => Check::ok(NAME, fact),
        StackStatus::UpdateFailed => {
            Check::warning(NAME, fact).hint(format!("{} updates it", next.code(&["up"])))
        }
        status if status.never_created() => Check::warning(
            NAME,
            format!("{fact}: a first creation failed"),
        )
        .hint(format!("{} removes what is left of it and creates it again", next.code(&["up"]))),
        StackStatus::DeleteFailed => Check::error(NAME, fact).hint(format!(
            "{} shows what could not be deleted, and continues",
            next.code(&["down"])
        )),
        _ => Check::error(NAME, fact).hint(format!(
            "{} shows what could not be rolled back, and continues",
            next.code(&["recover"])
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::super::CheckResult;
    use super::*;
    use cloud::Stacks;
    use cloud::memory::MemoryCloud;

    #[tokio::test]
    async fn every_status_has_an_outcome_and_a_stuck_stack_has_a_hint() {
        let cloud = MemoryCloud::new("123456789012", "us-east-1").unwrap();
        let template = r#"{"Resources": {"G": {"Type": "AWS::Logs::LogGroup"}}}"#;
        let tags = Tags::own();
        let tags: Vec<_> = tags.as_map().iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let next = NextCommand::new(crate::command_line::command, Vec::new(), "doctor", Vec::new());
        cloud.add_stack("st", template, &tags).await.unwrap();
        for (status, outcome, way_out) in [
            ("CREATE_COMPLETE", CheckResult::Ok, ""),
            ("UPDATE_ROLLBACK_COMPLETE", CheckResult::Ok, ""),
            ("IMPORT_COMPLETE", CheckResult::Ok, ""),
            ("REVIEW_IN_PROGRESS", CheckResult::Ok, ""),
            ("UPDATE_IN_PROGRESS", CheckResult::Warning, "watch"),
            ("ROLLBACK_COMPLETE", CheckResult::Warning, "up"),
            ("CREATE_FAILED", CheckResult::Warning, "up"),
            ("UPDATE_FAILED", CheckResult::Warning, "up"),
            ("UPDATE_ROLLBACK_FAILED", CheckResult::Error, "recover"),
            ("DELETE_FAILED", CheckResult::Error, "down"),
        ] {
            cloud.set_status("st", StackStatus::from_name(status));
            let check = check_stack(&cloud.describe("st").await.unwrap().unwrap(), &next);
            assert_eq!(check.outcome, outcome, "{status}");
            assert!(check.hint.unwrap_or_default().contains(way_out), "{status}");
        }
    }
}
