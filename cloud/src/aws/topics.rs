//! SNS's topics over signed requests: a client of the SDK would be large for one call.

use async_trait::async_trait;
use serde_json::json;

use super::services::{AwsServices, element};
use crate::services::Request;
use crate::{CloudError, ErrorKind, Subscriptions, Topics};

/// The one call.
const OPERATION: &str = "GetTopicAttributes";
static REQUEST: Request =
    Request { service: "sns", action: "getTopicAttributes", operation: OPERATION };

#[async_trait]
impl Topics for AwsServices {
    async fn subscriptions(&self, topic_arn: &str) -> Result<Option<Subscriptions>, CloudError> {
        let answer = match self.post_form(&REQUEST, &json!({ "TopicArn": topic_arn })).await {
            Err(error) if error.kind == ErrorKind::NotFound => return Ok(None),
            answer => answer?,
        };
        let count = |name| attribute(&answer, name).and_then(|value| value.trim().parse().ok());
        let (Some(confirmed), Some(pending), Some(deleted)) = (
            count("SubscriptionsConfirmed"),
            count("SubscriptionsPending"),
            count("SubscriptionsDeleted"),
        ) else {
            return Err(CloudError {
                service: "SNS",
                operation: OPERATION,
                kind: ErrorKind::Other,
                code: None,
                message: "the response has no numbers of subscriptions".to_owned(),
                request_id: None,
                source: None,
            });
        };
        Ok(Some(Subscriptions { confirmed, pending, deleted }))
    }
}

/// The value of an attribute, from a list of entries with a key and a value.
/// Source: SNS API reference, `GetTopicAttributes`.
fn attribute(xml: &str, name: &str) -> Option<String> {
    let (_, entry) = xml.split_once(&format!("<key>{name}</key>"))?;
    element(entry.split("</entry>").next()?, "value")
}
