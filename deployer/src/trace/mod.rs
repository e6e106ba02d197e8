//! The trace of one message: what the handler logged about it, what its execution did, what its outcome is.

mod record;
mod search;
mod timeline;
mod verdict;
mod visits;

pub use record::MessageRecord;
pub use search::{Search, TraceQuery};
pub use timeline::{TimelineBuilder, TimelineEvent, TimelineEventKind, timeline};
pub use verdict::{DecidedBy, Group, MessageOutcome, message_outcome};
pub use visits::{Visits, is_failure};
