//! How CloudFormation performs an operation: the role that it assumes, the topics that it notifies.

use super::quoted::quoted;
use crate::config::StackOptionsArgs;
use crate::document::suggestion::or_meant;
use crate::finding::Finding;
use cloud::{OnStackFailure, StackOptions};

/// The maximum number of topics of a stack. Source: CloudFormation API reference,
/// `CreateChangeSet`.
const MAX_TOPICS: usize = 5;

/// Reads the options.
/// Error: a finding for each value that CloudFormation would refuse.
pub fn stack_options(args: &StackOptionsArgs) -> Result<StackOptions, Vec<Finding>> {
    let mut faults = Vec::new();
    let role = role_arn(args.role_arn.as_deref());
    let role_arn = role.unwrap_or_else(|fault| {
        faults.push(fault);
        None
    });
    let topics = &args.notification_arn;
    faults.extend(topics.iter().filter(|arn| !is_arn_of(arn, "sns")).map(|arn| {
        let sentence = format!(
            "`{}` is not the ARN of a topic, which looks like \
             arn:aws:sns:us-east-1:123456789012:NAME",
            quoted(arn)
        );
        Finding::error("notification-arn", "--notification-arn", sentence)
    }));
    if topics.len() > MAX_TOPICS {
        let sentence = format!("{} topics: a stack notifies {MAX_TOPICS} at most", topics.len());
        faults.push(Finding::error("notification-arn", "--notification-arn", sentence));
    }
    let on_stack_failure = on_stack_failure(args.on_stack_failure.as_deref());
    let on_stack_failure = on_stack_failure.unwrap_or_else(|fault| {
        faults.push(fault);
        None
    });
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(StackOptions {
        role_arn,
        notification_arns: (!topics.is_empty()).then(|| topics.clone()),
        on_stack_failure,
        express: args.express,
    })
}

fn on_stack_failure(typed: Option<&str>) -> Result<Option<OnStackFailure>, Finding> {
    let Some(typed) = typed else { return Ok(None) };
    let known = OnStackFailure::ALL.into_iter().find(|known| known.to_string() == typed);
    known.map(Some).ok_or_else(|| {
        let words = OnStackFailure::ALL.map(|known| known.to_string());
        let sentence = format!("`{}` is not one of {}", quoted(typed), words.join(", "));
        let fault = Finding::error("on-stack-failure", "--on-stack-failure", sentence);
        or_meant(fault, typed, words.iter().map(String::as_str))
    })
}

/// Reads the role that CloudFormation assumes.
pub fn role_arn(typed: Option<&str>) -> Result<Option<String>, Finding> {
    match typed {
        Some(arn) if !(is_arn_of(arn, "iam") && arn.contains(":role/")) => {
            let sentence = format!(
                "`{}` is not the ARN of a role, which looks like \
                 arn:aws:iam::123456789012:role/NAME",
                quoted(arn)
            );
            Err(Finding::error("role-arn", "--role-arn", sentence))
        }
        typed => Ok(typed.map(str::to_owned)),
    }
}

/// Whether a text has the six parts of an ARN of a service, and only characters that are valid in
/// an ARN.
fn is_arn_of(text: &str, service: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [arn, partition, named, _, account, name] = parts[..] else {
        return false;
    };
    (arn, named) == ("arn", service)
        && partition.starts_with("aws")
        && account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && !name.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_arns_of_roles_and_topics_are_accepted() {
        assert!(is_arn_of("arn:aws:sns:us-east-1:123456789012:topic", "sns"));
        assert!(is_arn_of("arn:aws-cn:iam::123456789012:role/a/b", "iam"));
        for text in [
            "",
            "topic",
            "arn:aws:sns:us-east-1:123456789012:",
            "arn:aws:sqs:us-east-1:123456789012:queue",
            "arn:aws:sns:us-east-1:12345678901:topic",
            "arn:aws:sns:us-east-1:123456789012:to pic",
        ] {
            assert!(!is_arn_of(text, "sns"), "{text}");
        }
        assert!(role_arn(Some("arn:aws:iam::123456789012:user/me")).is_err());
        assert_eq!(role_arn(None), Ok(None));
    }
}
