//! The subscriptions of a topic: SNS.

use async_trait::async_trait;
use serde::Serialize;

use super::CloudError;

/// How many subscriptions a topic has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Subscriptions {
    /// Those that get messages.
    pub confirmed: u64,
    /// Those that are not confirmed yet.
    pub pending: u64,
    /// Those that were removed recently, by a person, a program that follows links, or SNS itself.
    pub deleted: u64,
}

/// SNS, as far as the deployer needs it.
#[async_trait]
pub trait Topics: Send + Sync {
    /// `GetTopicAttributes`; `None` if the topic does not exist.
    ///
    /// # Errors
    /// When SNS refuses or cannot be reached.
    async fn subscriptions(&self, topic_arn: &str) -> Result<Option<Subscriptions>, CloudError>;
}
