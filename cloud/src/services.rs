//! What the tasks of a state machine ask of other services, in those services' own words.

use async_trait::async_trait;
use serde_json::Value;

use super::CloudError;

/// A request that can be made.
#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    /// The service, as Step Functions names it.
    pub service: &'static str,
    /// What is asked, as Step Functions names it.
    pub action: &'static str,
    /// The same as the service names it.
    pub operation: &'static str,
}

/// All of them: what the built-in flows ask, and what belongs to it.
pub const REQUESTS: [Request; 6] = [
    Request { service: "dynamodb", action: "getItem", operation: "GetItem" },
    Request { service: "dynamodb", action: "putItem", operation: "PutItem" },
    Request { service: "dynamodb", action: "updateItem", operation: "UpdateItem" },
    Request { service: "dynamodb", action: "deleteItem", operation: "DeleteItem" },
    Request { service: "dynamodb", action: "query", operation: "Query" },
    Request { service: "sns", action: "publish", operation: "Publish" },
];

/// Services, as far as tasks need them.
#[async_trait]
pub trait Services: Send + Sync {
    /// Makes one request, never repeated, because repeating is the state machine's to decide: what the service
    /// answers, in the names of its API.
    ///
    /// # Errors
    /// When the service refuses or cannot be reached, or cannot be asked this way.
    async fn send(
        &self,
        request: &'static Request,
        parameters: &Value,
    ) -> Result<Value, CloudError>;
}
