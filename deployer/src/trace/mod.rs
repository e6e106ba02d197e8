//! Everything about one message: what the handler logged, what its execution did, and the outcome.

mod record;
mod search;
mod timeline;
mod verdict;
mod visits;

pub use record::Case;
pub use search::{Asked, Search};
pub use timeline::Teller;
pub use timeline::{Moment, What, timeline};
pub use verdict::{Fate, Group, Ruling, fate};
pub use visits::{Visits, is_failure};
