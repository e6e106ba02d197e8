//! Everything about one message: what the handler logged, what its execution did, and the outcome.

mod function_calls;
mod function_runs;
mod prospect;
mod record;
mod resolve;
mod search;
mod timeline;
mod verdict;
mod visits;

pub use function_calls::FunctionCall;
pub use function_runs::{AssignedBy, function_moments};
pub use prospect::{Prospect, after_redrive, after_stop, ended};
pub use record::MessageRecord;
pub use resolve::{Resolved, Unresolved, resolve};
pub use search::{Search, TraceQuery};
pub use timeline::{TimelineBuilder, TimelineEvent, TimelineEventKind, timeline, timeline_with};
pub use verdict::{DecidedBy, Group, MessageOutcome, message_outcome};
pub use visits::{Visits, is_failure};
