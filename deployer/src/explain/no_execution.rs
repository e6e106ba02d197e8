//! An id that leads to no execution, or to several.

use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::next_command::NextCommand;
use crate::trace::{TraceQuery, Unresolved};

/// Nothing is known of the id. `since` is where the search of the log began, as text.
pub fn unknown(query: &TraceQuery, since: &str, next: &NextCommand) -> CommandError {
    let id = &query.id;
    let sentence = format!(
        "nothing is known of {id} yet: as an invocation ID, it has no entry in the deduplication table and no execution; as \
         either ID, no log line since {since}"
    );
    CommandError::new(Exit::Work, Sentence(sentence))
        .hint(
            "log lines arrive up to some minutes late; --since 30d, for example, searches the log further back, as \
             far as logs are kept",
        )
        .hint(format!(
            "{} lists the messages of the last minutes with their IDs",
            next.code(&["logs"])
        ))
}

/// The id does not lead to exactly one execution. `command` is the one that is running.
pub fn error(
    unresolved: Unresolved,
    query: &TraceQuery,
    since: &str,
    command: &[&str],
    next: &NextCommand,
) -> CommandError {
    match unresolved {
        Unresolved::Unknown => unknown(query, since, next),
        Unresolved::NoExecution(id) => {
            let sentence = format!(
                "message {id} has no execution: it was not started yet, was deleted with its state machine, \
                 or closed more than 90 days ago"
            );
            CommandError::new(Exit::Work, Sentence(sentence))
                .hint(format!("{} shows what is known of it", next.code(&["trace", &id])))
        }
        Unresolved::Several(ids) => {
            let sentence = format!("{} has {} executions, and none is chosen", query.id, ids.len());
            let error = CommandError::usage(Sentence(sentence));
            ids.iter().fold(error, |error, id| {
                let words: Vec<&str> = command.iter().copied().chain([id.as_str()]).collect();
                error.hint(format!("{} chooses one of them", next.code(&words)))
            })
        }
    }
}
