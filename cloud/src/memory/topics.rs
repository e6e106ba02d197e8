//! SNS's topics in memory: those of the stacks, with the subscriptions that a test sets.

use async_trait::async_trait;

use crate::{CloudError, Subscriptions, Topics};

use super::MemoryCloud;

impl MemoryCloud {
    /// Sets how many subscriptions a topic has; by default one waits for its confirmation. With
    /// `None`, the topic no longer exists.
    pub fn set_subscriptions(&self, topic_arn: &str, subscriptions: Option<Subscriptions>) {
        self.lock().subscriptions.insert(topic_arn.to_owned(), subscriptions);
    }
}

#[async_trait]
impl Topics for MemoryCloud {
    async fn subscriptions(&self, topic_arn: &str) -> Result<Option<Subscriptions>, CloudError> {
        let account = self.pass().await.call("SNS", "GetTopicAttributes", false)?;
        let unconfirmed = Some(Subscriptions { pending: 1, ..Subscriptions::default() });
        Ok(account.subscriptions.get(topic_arn).copied().unwrap_or(unconfirmed))
    }
}
