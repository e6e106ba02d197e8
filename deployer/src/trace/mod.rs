//! One message as one story: what the handler logged of it, what its execution did, what became of it.

mod case;
mod search;
mod timeline;
mod verdict;
mod visits;

pub use case::Case;
pub use search::{Asked, Search};
pub(crate) use timeline::Teller;
pub use timeline::{Moment, What, timeline};
pub use verdict::{Fate, Group, Ruling, fate};
pub(crate) use visits::{Visits, is_failure};
