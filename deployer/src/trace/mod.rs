//! One message as one story: what the handler logged of it, what its execution did, what became of it.

mod case;
mod search;
mod timeline;
mod verdict;

pub use case::Case;
pub use search::{Asked, Search};
pub use timeline::{Moment, What, timeline};
pub use verdict::{Fate, Group, Ruling, fate};
