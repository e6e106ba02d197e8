//! The calls that the tasks of a state machine make to other services, in the terms of those
//! services' APIs.

use async_trait::async_trait;
use serde_json::Value;

use super::CloudError;

/// A kind of request that a task can make.
#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    /// The service, as Step Functions names it.
    pub service: &'static str,
    /// The action, as Step Functions names it.
    pub action: &'static str,
    /// The same action, as the service names it.
    pub operation: &'static str,
}

/// All supported requests: those that the built-in flows make, and related ones.
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
    /// Sends one request and returns the service's response, with the names of its API. It never
    /// retries, because the state machine decides about retries.
    ///
    /// # Errors
    /// When the service refuses or cannot be reached, or cannot be called this way.
    async fn send(
        &self,
        request: &'static Request,
        parameters: &Value,
    ) -> Result<Value, CloudError>;
}
