//! What a person does: one command, and whether they agree to what it would do.

use crate::session::{ORGANIZATION, Printed};

/// The stack of the original application.
pub(super) const ORIGINAL: &str = "serverlessrepo-mfsm";

/// Whether and how a person agrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Consent {
    /// In advance, with `--yes`.
    InAdvance,
    /// At the prompt.
    Yes,
    /// Not at all.
    No,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Up(Consent),
    Adopt(Consent),
    /// `up --no-execute`.
    Prepare,
    Down(Consent),
    Recover,
    Cancel,
}

/// What happens to the command beside what others do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misfortune {
    None,
    /// It is killed before this call.
    Killed(usize),
    /// Its credentials expire before this call.
    Expired(usize),
}

/// A command of a person.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    /// Its number in the round, and that of its door.
    pub(super) number: usize,
    pub(super) stack: &'static str,
    pub(super) what: What,
    pub(super) misfortune: Misfortune,
    pub(super) waits: bool,
}

/// A command that has ended.
pub(super) struct Ended {
    pub(super) order: Order,
    /// `None` if it was killed.
    pub(super) printed: Option<Printed>,
}

impl Order {
    /// The memory of the function, by which a template shows whose it is.
    pub(super) fn memory(&self) -> usize {
        128 + self.number
    }

    /// The file of its handler.
    pub(super) fn handler(&self) -> &'static str {
        ["bootstrap", "other"][self.number % 2]
    }

    /// The name of the change set that is only prepared.
    pub(super) fn prepared(&self) -> String {
        format!("prepared-{}", self.number)
    }

    fn consent(&self) -> Consent {
        match self.what {
            What::Up(consent) | What::Adopt(consent) | What::Down(consent) => consent,
            What::Prepare => Consent::No,
            What::Recover | What::Cancel => Consent::InAdvance,
        }
    }

    /// Whether the person agrees to what the command would do.
    pub(super) fn agrees(&self) -> bool {
        self.consent() != Consent::No
    }

    /// What the person types at the prompt; none without a terminal.
    pub(super) fn answer(&self) -> Option<&'static str> {
        match (self.what, self.consent()) {
            (What::Prepare, _) | (_, Consent::InAdvance) => None,
            (_, Consent::Yes) => Some("y\n"),
            (_, Consent::No) => Some("n\n"),
        }
    }

    pub(super) fn line(&self) -> String {
        let (stack, memory, handler) = (self.stack, self.memory(), self.handler());
        let flow = |options: &str| {
            format!(
                "up --org-arn {ORGANIZATION} --handler $DIR/{handler} --stack-name {stack} --memory {memory} \
                 --reset-settings {options}"
            )
        };
        let line = match self.what {
            What::Up(_) => flow(""),
            What::Adopt(_) => flow("--adopt"),
            What::Prepare => flow(&format!("--no-execute --change-set-name {}", self.prepared())),
            What::Down(_) => format!("down --stack-name {stack}"),
            What::Recover => format!("recover --stack-name {stack}"),
            What::Cancel => format!("cancel --stack-name {stack}"),
        };
        let can_agree = !matches!(self.what, What::Prepare | What::Recover);
        let yes = if can_agree && self.consent() == Consent::InAdvance { " --yes" } else { "" };
        let can_wait = matches!(self.what, What::Up(_) | What::Adopt(_) | What::Down(_));
        let wait = if can_wait && self.waits { " --wait-busy" } else { "" };
        format!("{line}{yes}{wait}")
    }
}
