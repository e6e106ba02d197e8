//! The subscriptions of a flow's topics. A subscription that is not confirmed, or that was removed,
//! causes no error anywhere: SNS accepts every message, and delivers it to no one.

use serde::Serialize;
use serde_json::Value;

use super::Probe;
use cloud::{Cloud, CloudError, Stack, Subscriptions};

/// The permission to read a topic.
const PERMISSION: &str = "sns:GetTopicAttributes";

/// A topic of the stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Topic {
    pub arn: String,
    /// `Known(None)` if it no longer exists.
    pub subscriptions: Probe<Option<Subscriptions>>,
}

impl Topic {
    /// The name, which is the end of the ARN.
    pub fn name(&self) -> &str {
        self.arn.rsplit(':').next().unwrap_or(&self.arn)
    }
}

/// The topics that a stack's template creates. AWS is called only if there is one.
/// Fails when AWS refuses to list the stack's resources.
pub async fn topics(
    cloud: &Cloud,
    stack: &Stack,
    template: &Value,
) -> Result<Vec<Topic>, CloudError> {
    let is_topic = |resource: &Value| resource["Type"] == "AWS::SNS::Topic";
    let resources = template["Resources"].as_object();
    if !resources.into_iter().flatten().any(|(_, resource)| is_topic(resource)) {
        return Ok(Vec::new());
    }
    let mut topics = Vec::new();
    for resource in cloud.stacks.stack_resources(&stack.id).await? {
        let (true, Some(arn)) = (resource.resource_type == "AWS::SNS::Topic", resource.physical_id)
        else {
            continue;
        };
        let subscriptions = Probe::of(cloud.topics.subscriptions(&arn), PERMISSION).await;
        topics.push(Topic { arn, subscriptions });
    }
    Ok(topics)
}

/// How a topic's subscriptions are, and whether that is bad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hearing {
    /// In words.
    pub sentence: String,
    /// No one receives its messages.
    pub deaf: bool,
    /// A subscription was removed lately.
    pub lost: bool,
}

impl Hearing {
    pub fn of(subscriptions: Option<&Subscriptions>) -> Self {
        let Some(Subscriptions { confirmed, pending, deleted }) = subscriptions else {
            return Self { sentence: "it no longer exists".to_owned(), deaf: true, lost: true };
        };
        let others = [(pending, "waiting for confirmation"), (deleted, "removed lately")];
        let mut parts: Vec<String> = others
            .into_iter()
            .filter(|(count, _)| **count > 0)
            .map(|(count, how)| format!("{count} {how}"))
            .collect();
        let (deaf, lost) = (*confirmed == 0, *deleted > 0);
        parts.insert(
            0,
            if deaf {
                "no one receives its messages: 0 subscriptions confirmed".to_owned()
            } else {
                let noun = if *confirmed == 1 { "subscription" } else { "subscriptions" };
                format!("{confirmed} {noun} confirmed")
            },
        );
        Self { sentence: parts.join(", "), deaf, lost }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_of_the_subscriptions_has_its_sentence() {
        let of = |confirmed, pending, deleted| {
            let hearing = Hearing::of(Some(&Subscriptions { confirmed, pending, deleted }));
            (hearing.sentence, hearing.deaf, hearing.lost)
        };
        let same = |text: &str, deaf, lost| (text.to_owned(), deaf, lost);
        assert_eq!(of(1, 0, 0), same("1 subscription confirmed", false, false));
        let two = "2 subscriptions confirmed, 1 waiting for confirmation, 3 removed lately";
        assert_eq!(of(2, 1, 3), same(two, false, true));
        let none =
            "no one receives its messages: 0 subscriptions confirmed, 1 waiting for confirmation";
        assert_eq!(of(0, 1, 0), same(none, true, false));
        let died = "no one receives its messages: 0 subscriptions confirmed, 1 removed lately";
        assert_eq!(of(0, 0, 1), same(died, true, true));
        assert!(Hearing::of(None).deaf);
    }
}
