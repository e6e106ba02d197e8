//! What the handler, Lambda and Step Functions logged: read from several log groups by time, understood
//! line by line, followed as it comes.

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
pub use line::{ExecutionLine, Line, LogSource, ParsedLine, PlatformLine};
pub use merge::{Merged, Selection};
pub use time_argument::{parse_time, span};
