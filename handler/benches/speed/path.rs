//! The measured paths of an invocation.

/// What an invocation finds, which determines its requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Path {
    NewAndDone,
    NewAndRunning,
    RetryWhileRunning,
    RetryAfterDone,
    Recorded,
    FailedWithPolicy,
    OutputState,
}

impl Path {
    pub(crate) const ALL: [Self; 7] = [
        Self::NewAndDone,
        Self::NewAndRunning,
        Self::RetryWhileRunning,
        Self::RetryAfterDone,
        Self::Recorded,
        Self::FailedWithPolicy,
        Self::OutputState,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NewAndDone => "new and done",
            Self::NewAndRunning => "new and still running",
            Self::RetryWhileRunning => "retry while running",
            Self::RetryAfterDone => "retry after done",
            Self::Recorded => "recorded verdict",
            Self::FailedWithPolicy => "failed, with a policy",
            Self::OutputState => "output state",
        }
    }

    /// The settings for this path. There is no wait, because only the handler is measured.
    pub(crate) fn settings(self) -> [(&'static str, &'static str); 3] {
        [
            ("WAIT_TIME_FOR_EXECUTION", "0"),
            ("ON_FAILURE", if self == Self::FailedWithPolicy { "drop" } else { "" }),
            ("MACHINE_STATE_FOR_OUTPUT", if self == Self::OutputState { "Decide" } else { "" }),
        ]
    }

    /// Whether the ledger already contains the message.
    pub(crate) fn is_retry(self) -> bool {
        !matches!(self, Self::NewAndDone | Self::NewAndRunning | Self::OutputState)
    }

    /// Whether there is no verdict yet.
    pub(crate) fn is_running(self) -> bool {
        matches!(self, Self::NewAndRunning | Self::RetryWhileRunning)
    }
}

/// How the handler reaches AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    /// As in Lambda.
    Tls,
    /// Without TLS, and so with the compiled-in roots, as in Lambda.
    Plain,
}
