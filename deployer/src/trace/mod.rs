//! Everything about one message: what the handler logged, what its execution did, and the outcome.

mod prospect;
mod record;
mod resolve;
mod search;
mod timeline;
mod verdict;
mod visits;

pub use prospect::{Prospect, after_redrive, after_stop, ended};
pub use record::MessageRecord;
pub use resolve::{Resolved, Unresolved, resolve};
pub use search::{Search, TraceQuery};
pub use timeline::{TimelineBuilder, TimelineEvent, TimelineEventKind, timeline};
pub use verdict::{DecidedBy, Group, MessageOutcome, message_outcome};
pub use visits::{Visits, is_failure};
