//! The limits of Amazon SES, with their sources.

use std::time::Duration;

use crate::actions::audience::Contract;

/// SES counts an invocation for a receipt rule that takes longer than this as failed. Mail Manager
/// does not document a limit; the probe measures it.
/// Source: Amazon SES developer guide, "Invoke Lambda function action".
pub const INVOCATION_TIMEOUT: Duration = Duration::from_secs(30);

/// The longest wait that an operator can configure for a function that only SES invokes: the
/// [`INVOCATION_TIMEOUT`] minus the time for the calls around the wait, a bounce included.
pub const MAX_WAIT: Duration = Duration::from_secs(25);

/// How long an entry of a message from SES lives: the 36 hours for which SES can retry, and one hour
/// more. Mail Manager retries for at most 2,160 minutes, which is 36 hours, too.
/// Sources: Amazon SES developer guide, "Viewing metrics for Amazon SES email receiving"; API
/// reference of Mail Manager, `InvokeLambdaAction`.
pub const ENTRY_LIFETIME: Duration = Duration::from_secs(37 * 60 * 60);

/// The longest subject in the input of an execution, in characters, as in WorkMail's event.
/// Source: WorkMail administrator guide, "Configuring AWS Lambda for Amazon WorkMail".
pub const MAX_SUBJECT: usize = 256;

/// What SES accepts as a verdict: anything, because the verdict is not its answer.
pub const CONTRACT: Contract =
    Contract { mail_system: "Amazon SES", fallback: "the setting FALLBACK", limits: None };
