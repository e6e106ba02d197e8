//! Who did what to change sets, stacks and objects, for tests with several programs.

use super::MemoryCloud;
use super::account::Account;

/// An irreversible action, and the number of the program that did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// The number of its door; `None` for a program without a door.
    pub by: Option<usize>,
    /// What it did.
    pub what: Done,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// A change set was created.
    Prepared {
        /// The stack's name.
        stack: String,
        /// The change set's name.
        change_set: String,
    },
    /// The change sets of a stack were listed.
    Listed {
        /// The stack's name.
        stack: String,
    },
    /// A change set was executed.
    Executed {
        /// The stack's name.
        stack: String,
        /// The change set's name.
        change_set: String,
        /// Its template.
        template: String,
    },
    /// A change set was deleted.
    Withdrawn {
        /// The stack's name.
        stack: String,
        /// The change set's name.
        change_set: String,
    },
    /// A stack was deleted.
    Deleted {
        /// The stack's name.
        stack: String,
        /// The names of the change sets that went with it.
        change_sets: Vec<String>,
    },
}

impl MemoryCloud {
    /// Everything that was done so far, the oldest first.
    #[must_use]
    pub fn deeds(&self) -> Vec<Deed> {
        self.lock().deeds.clone()
    }

    /// Notes something that this program did.
    pub(super) fn did(&self, account: &mut Account, what: Done) {
        account.deeds.push(Deed { by: self.door.as_ref().map(super::Door::number), what });
    }
}
