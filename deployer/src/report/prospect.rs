//! What WorkMail's answer for a message will be, in words.

use jiff::tz::TimeZone;

use super::local_time::moment;
use crate::trace::{MessageRecord, Prospect};

const DELIVERED: &str =
    "The rule is asynchronous: WorkMail delivered the message immediately, and takes no answer.";

/// After the execution is stopped.
pub fn after_stop(prospect: Prospect, record: &MessageRecord, zone: &TimeZone) -> String {
    match prospect {
        Prospect::Delivered => format!("{DELIVERED} The stop ends only what the flow would still do."),
        Prospect::Verdict => {
            "WorkMail's answer for this message does not change: there is a verdict already. The stop \
             ends only what the flow would still do."
                .to_owned()
        }
        Prospect::Over => format!(
            "{} The stop changes nothing for the mail; it ends only what the flow would still do.",
            over(record, zone)
        ),
        Prospect::Policy(policy) => format!(
            "WorkMail's answer for this message will be `{policy}`, as `on-failure` says, when it \
             retries. That is final: a later redrive does not change it."
        ),
        Prospect::None => format!(
            "WorkMail's answer for this message will be no verdict: it retries until the rule's timeout ({} at \
             the latest), then it applies the rule's fallback action. Until then, a redrive can still \
             decide.",
            until(record, zone)
        ),
        Prospect::Unknown => "WorkMail's answer for this message will be what `on-failure` says, which \
                              could not be read here."
            .to_owned(),
        Prospect::Execution => redriven(record, zone),
    }
}

/// After the execution is redriven.
pub fn after_redrive(prospect: Prospect, record: &MessageRecord, zone: &TimeZone) -> String {
    let rest = "The redrive changes nothing for the mail, but the flow's remaining actions, from the failed \
                state on, run now.";
    match prospect {
        Prospect::Delivered => format!("{DELIVERED} {rest}"),
        Prospect::Verdict => format!(
            "WorkMail's answer for this message does not change: there is a verdict already. {rest}"
        ),
        Prospect::Over => format!("{} {rest}", over(record, zone)),
        _ => redriven(record, zone),
    }
}

fn redriven(record: &MessageRecord, zone: &TimeZone) -> String {
    format!(
        "WorkMail's answer for this message will be what the redriven execution decides, if it decides before \
         the rule's timeout ({} at the latest). Otherwise, the rule's fallback action applies.",
        until(record, zone)
    )
}

/// Why the message can no longer be decided; only for a message of which this is true.
pub fn why_settled(prospect: Prospect, record: &MessageRecord, zone: &TimeZone) -> String {
    match prospect {
        Prospect::Over => over(record, zone),
        _ => "WorkMail's answer for this message does not change: there is a verdict already."
            .to_owned(),
    }
}

fn over(record: &MessageRecord, zone: &TimeZone) -> String {
    format!(
        "WorkMail stopped retrying for this message, at {} at the latest: without a verdict it applied the \
         rule's fallback action.",
        until(record, zone)
    )
}

fn until(record: &MessageRecord, zone: &TimeZone) -> String {
    record.asked_until().map_or_else(
        || "240 minutes after the first invocation".to_owned(),
        |time| moment(time, zone),
    )
}
