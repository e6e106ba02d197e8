//! Exit codes: documented constants, one per class of ending.

use std::process::ExitCode;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// What was asked for is done, or there was nothing to do.
    Done,
    /// The operation failed; the stack is as it was, or the message says what is left.
    Failed,
    /// The command line or an input file is wrong; nothing was written.
    Usage,
    /// There is work or there are findings (`plan --detailed-exitcode`, `check` and `doctor` with errors), or
    /// what was asked for is not there (a stack, a message, tests, so much coverage).
    Work,
    /// AWS refused: credentials or a permission.
    Denied,
    /// The program stopped while an operation goes on in AWS.
    Detached,
    /// It was not confirmed: a person said no, there is no terminal and no `--yes`, the plan that was
    /// agreed to does not fit any more, or a change made outside the stack would be overwritten.
    NeedsConfirmation,
    /// A bug in this program.
    Bug,
}

impl Exit {
    /// Every ending, in the order of its code.
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

    /// The number a shell sees.
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

    /// What it means, in a few words: those of the readme, of every help, and of the man pages.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done, or nothing to do",
            Self::Failed => {
                "the operation failed, or something stands in its way; the message says what to do"
            }
            Self::Usage => "usage or bad input; nothing was written",
            Self::Work => {
                "work (`plan --detailed-exitcode`), errors (`check`, `doctor`), low coverage, or nothing found"
            }
            Self::Denied => "AWS refused: credentials or a permission",
            Self::Detached => {
                "stopped (Ctrl-C, or sight of it lost) while an operation goes on in AWS"
            }
            Self::NeedsConfirmation => {
                "not confirmed: declined, no terminal and no `--yes`, drift, stale plan; nothing was changed"
            }
            Self::Bug => "a bug in deployer",
        }
    }

    /// All of them, one a line, under a title.
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
