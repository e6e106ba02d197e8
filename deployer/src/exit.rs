//! Exit codes: documented constants, one per kind of outcome.

use std::process::ExitCode;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The command succeeded, or there was nothing to do.
    Done,
    /// The operation failed; the stack is unchanged, or the message says what remains.
    Failed,
    /// The command line or an input file is invalid; nothing was written.
    Usage,
    /// Changes are pending (`plan --detailed-exitcode`), errors were found (`check`, `doctor`),
    /// coverage is too low, or something was not found (a stack, a message, tests).
    Work,
    /// AWS denied access: invalid credentials or a missing permission.
    Denied,
    /// The program stopped while an operation continues in AWS.
    Detached,
    /// Not confirmed: the user declined, there is no terminal and no `--yes`, the reviewed plan is
    /// stale, or a change made outside the stack would be overwritten.
    NeedsConfirmation,
    /// A bug in this program.
    Bug,
}

impl Exit {
    /// All exit codes, in ascending order.
    pub const ALL: [Self; 8] = [
        Self::Done,
        Self::Failed,
        Self::Usage,
        Self::Work,
        Self::Denied,
        Self::Detached,
        Self::NeedsConfirmation,
        Self::Bug,
    ];

    /// The number that a shell sees.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Work => 3,
            Self::Denied => 4,
            Self::Detached => 5,
            Self::NeedsConfirmation => 6,
            Self::Bug => 70,
        }
    }

    /// A short explanation, which the readme, every help text and the man pages use.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "success, or nothing to do",
            Self::Failed => {
                "the operation failed, or something prevents it; the message says what to do"
            }
            Self::Usage => "usage error or invalid input; nothing was written",
            Self::Work => {
                "changes pending (`plan --detailed-exitcode`), errors found (`check`, `doctor`), \
                 coverage too low, or not found"
            }
            Self::Denied => "AWS denied access: credentials or a permission",
            Self::Detached => {
                "interrupted (Ctrl-C or lost connection); the operation continues in AWS"
            }
            Self::NeedsConfirmation => {
                "not confirmed: declined, no terminal and no `--yes`, drift, or a stale plan; \
                 nothing was changed"
            }
            Self::Bug => "a bug in deployer",
        }
    }

    /// All exit codes under a title, one per line.
    #[must_use]
    pub fn table() -> String {
        let rows = Self::ALL.map(|exit| format!("\n  {:>2}  {}", exit.code(), exit.meaning()));
        format!("Exit codes:{}", rows.concat())
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
