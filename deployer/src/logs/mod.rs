//! Reads what the handler, Lambda and Step Functions logged: merges several log groups by time,
//! parses each line, and follows new ones.

mod error_name;
mod follow;
mod invocation;
mod level;
mod line;
mod merge;
mod time_argument;

pub use error_name::is_error_name;
pub use follow::{Listener, follow};
pub use invocation::InvocationLine;
pub use level::Level;
pub use line::{ExecutionLine, Line, LogSource, PlatformLine, Reading};
pub use merge::{Merged, Selection};
pub use time_argument::{moment, span};
