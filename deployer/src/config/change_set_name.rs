//! A change set's name, if the user chooses it.

use super::quoted::quoted;
use super::stack_name::is_legal;
use crate::finding::Finding;

/// Reads a name: `[a-zA-Z][-a-zA-Z0-9]*`, 128 characters at most. Source: CloudFormation API
/// reference, `CreateChangeSet`.
pub fn change_set_name(typed: Option<&str>) -> Result<Option<String>, Finding> {
    match typed {
        Some(name) if !is_legal(name) => Err(Finding::error(
            "change-set-name",
            "--change-set-name",
            format!(
                "`{}`: the name of a change set begins with a letter and has only the letters a-z and \
                 A-Z, digits and hyphens, 128 at most",
                quoted(name)
            ),
        )),
        given => Ok(given.map(str::to_owned)),
    }
}
