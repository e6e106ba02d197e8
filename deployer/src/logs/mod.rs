//! Reads what the handler, Lambda and Step Functions logged: merges several log groups by time,
//! parses each line, and follows new ones.

mod error_name;
mod follow;
mod invocation;
mod level;
mod line;
mod merge;
mod message_id;
mod messages;
mod time_argument;

pub use error_name::is_error_name;
pub use follow::{Listener, follow};
pub use invocation::InvocationLine;
pub use level::Level;
pub use line::{ExecutionLine, Line, LogSource, ParsedLine, PlatformLine};
pub use merge::{Merged, Selection};
pub use message_id::{about, parse_id};
pub use messages::{MessageLine, Messages, Reduced};
pub use time_argument::{parse_time, span};
