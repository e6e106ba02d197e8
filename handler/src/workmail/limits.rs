//! WorkMail's limits, with their sources.

use std::time::Duration;

use crate::actions::audience::{Contract, Limits};

/// WorkMail counts an invocation that takes longer than this as failed.
/// Source: WorkMail administrator guide, "Configuring AWS Lambda for Amazon WorkMail".
pub const INVOCATION_TIMEOUT: Duration = Duration::from_secs(15);

/// The Lambda timeout of the deployed function: just under [`INVOCATION_TIMEOUT`], so that the
/// function detects and logs that it runs out of time.
pub const FUNCTION_TIMEOUT: Duration = Duration::from_secs(14);

/// The longest wait that an operator can configure (`WAIT_TIME_FOR_EXECUTION`):
/// [`FUNCTION_TIMEOUT`] minus one second for the calls around the wait.
pub const MAX_WAIT: Duration = Duration::from_secs(13);

/// The default wait of a stack, as in the original application's template.
pub const DEFAULT_WAIT: Duration = Duration::from_secs(1);

/// The longest time for which WorkMail retries ("Rule timeout", 0 to 240 minutes).
/// Source: WorkMail administrator guide, "Creating email flow rules".
pub const MAX_RULE_TIMEOUT: Duration = Duration::from_secs(240 * 60);

/// The largest response WorkMail accepts, in bytes.
/// Source: WorkMail administrator guide, "Configuring AWS Lambda for Amazon WorkMail".
pub const MAX_RESPONSE_BYTES: usize = 256 * 1024;

/// The maximum number of unique actions in one response. The fallback action of the rule applies to
/// any others. Source: as [`MAX_RESPONSE_BYTES`].
pub const MAX_ACTIONS: usize = 10;

/// The maximum number of recipients in the answer for an outbound message.
/// Source: as [`MAX_RESPONSE_BYTES`].
pub const MAX_RECIPIENTS: usize = 500;

/// What WorkMail accepts as a verdict. Sources: those of the constants.
pub const CONTRACT: Contract = Contract {
    mail_system: "WorkMail",
    fallback: "the rule's fallback action",
    limits: Some(Limits {
        actions: MAX_ACTIONS,
        outbound_recipients: MAX_RECIPIENTS,
        bytes: MAX_RESPONSE_BYTES,
    }),
};

/// The regions that offer WorkMail.
/// Source: AWS General Reference, "Amazon WorkMail endpoints and quotas".
pub const REGIONS: [&str; 3] = ["us-east-1", "us-west-2", "eu-west-1"];

/// The last day of WorkMail, as `YYYY-MM-DD`.
/// Source: WorkMail administrator guide, "Amazon WorkMail end of support".
pub const END_OF_SUPPORT: &str = "2027-03-31";
