//! The output of a named state, read from the history of an execution.

use crate::arn::ExecutionArn;
use crate::executions::{Executions, ExecutionsError, HistoryEvent, HistoryPage, Outcome};

/// Finds the newest exit of a state in a history of any length, and how the execution ended.
/// `calls` counts the pages.
///
/// The history is read newest event first. A terminal event is always the last one written, and a
/// redrive after it is newer, so the first event shows whether the execution has ended. The newest
/// exit counts, because the last pass of a state in a loop is the final decision.
///
/// # Errors
///
/// [`ExecutionsError`] if a page is not available.
pub async fn read<E: Executions>(
    executions: &E,
    execution: &ExecutionArn,
    state: &str,
    calls: &mut u32,
) -> Result<Outcome, ExecutionsError> {
    let (mut ended, mut redriven) = (None, false);
    let mut from: Option<String> = None;
    loop {
        *calls += 1;
        let page = executions.history_page(execution, from.as_deref()).await?;
        let Some(HistoryPage { events, next }) = page else {
            return Ok(Outcome::Missing);
        };
        if ended.is_none() {
            ended = events.first().map(outcome_by_newest);
        }
        redriven |= events.contains(&HistoryEvent::Redriven);
        if let Some(output) = exit_of(state, events) {
            return Ok(Outcome::Passed { state: state.to_owned(), output });
        }
        if next.is_none() {
            return Ok(match ended.unwrap_or(Outcome::Running) {
                Outcome::Succeeded { output, .. } => Outcome::Succeeded { output, redriven },
                other => other,
            });
        }
        from = next;
    }
}

fn outcome_by_newest(event: &HistoryEvent) -> Outcome {
    match event {
        // Whether there was a redrive is known only after every page was read.
        HistoryEvent::Succeeded { output } => {
            Outcome::Succeeded { output: output.clone(), redriven: false }
        }
        HistoryEvent::Unsuccessful(ending) => Outcome::Unsuccessful(ending.clone()),
        HistoryEvent::Exited { .. } | HistoryEvent::Redriven | HistoryEvent::Other => {
            Outcome::Running
        }
    }
}

#[expect(clippy::option_option, reason = "an exit without output differs from no exit")]
fn exit_of(state: &str, events: Vec<HistoryEvent>) -> Option<Option<String>> {
    events.into_iter().find_map(|event| match event {
        HistoryEvent::Exited { state: left, output } if left == state => Some(output),
        _ => None,
    })
}
