//! Reads one file of a flow.

use std::io;
use std::path::Path;

use crate::files::text::{decode, read_at_most};

/// The maximum size of a file, in bytes: a template is not larger, and a definition hardly ever.
/// Source: Step Functions quotas, "Maximum state machine definition"; CloudFormation quotas.
const MAX_BYTES: u64 = 1024 * 1024;

/// The text of a file that is not larger than a flow's files may be.
pub(super) fn read(path: &Path) -> io::Result<String> {
    decode(read_at_most(path, MAX_BYTES)?)
}
