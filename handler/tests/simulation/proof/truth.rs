//! What an execution decided, computed from its complete history.

use handler::executions::HistoryEvent;
use handler::origin::Origin;

/// The state of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision<'a> {
    /// There is no decision yet.
    Open,
    /// This output decides.
    Output(Option<&'a str>),
    /// The execution ended without success.
    Unsuccessful,
}

/// The decision after these events, oldest first.
pub(crate) fn decision<'a>(history: &'a [HistoryEvent], origin: &Origin) -> Decision<'a> {
    let newest_exit = history.iter().rev().find_map(|event| match event {
        HistoryEvent::Exited { state, output } if origin.state() == Some(state) => Some(output),
        _ => None,
    });
    if let Some(output) = newest_exit {
        return Decision::Output(output.as_deref());
    }
    match history.last() {
        Some(HistoryEvent::Succeeded { output }) => Decision::Output(output.as_deref()),
        Some(HistoryEvent::Unsuccessful(_)) => Decision::Unsuccessful,
        _ => Decision::Open,
    }
}

/// The decisions after each prefix of the history.
pub(crate) fn decisions<'a>(
    history: &'a [HistoryEvent],
    origin: &Origin,
) -> impl Iterator<Item = Decision<'a>> {
    (0..=history.len()).map(move |seen| decision(&history[..seen], origin))
}
