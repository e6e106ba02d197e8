//! The verdict of a named state, read from an execution's history.

use crate::arn::ExecutionArn;
use crate::executions::{Executions, ExecutionsError, HistoryEvent, HistoryPage, Outcome};

/// Looks for the newest exit of a state, through any length of history, and for how the execution
/// ended. `calls` counts the pages.
///
/// The history is read newest first: a terminal event is always the last one written, and a redrive
/// after it is newer still, so the first event seen says whether the execution has ended. The
/// newest exit counts, because a state in a loop decides last what it decides for good.
///
/// # Errors
///
/// [`ExecutionsError`] if a page cannot be had.
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
        // Whether there was a redrive is known once every page has been read.
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
