//! Files next to a file of tests.

use std::path::Path;

use crate::files::text::{MOST_MAIL, read_at_most};
use crate::flow::built_in;

/// The prefix of files that are embedded in the program.
const BUILT_IN: &str = "built-in:";

/// Reads a file that a file of tests names, relative to itself.
/// Error: why it cannot be read.
pub(super) fn read(origin: &str, name: &str) -> Result<Vec<u8>, String> {
    match origin.strip_prefix(BUILT_IN).and_then(|path| path.split_once('/')) {
        Some((flow, tests)) => embedded(flow, tests, name)
            .ok_or_else(|| format!("the built-in flow has no file `{name}` next to its tests")),
        None => {
            let folder = Path::new(origin).parent().unwrap_or(Path::new(""));
            let path = folder.join(name);
            read_at_most(&path, MOST_MAIL)
                .map_err(|error| format!("cannot read {}: {error}", path.display()))
        }
    }
}

fn embedded(flow: &str, tests: &str, name: &str) -> Option<Vec<u8>> {
    let folder = tests.rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = format!("{folder}/{name}");
    let (_, text) = built_in(flow)?.files.iter().find(|(known, _)| *known == path)?;
    Some(text.as_bytes().to_vec())
}
