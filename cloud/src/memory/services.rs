//! The calls that tasks make to services, in memory: a test plans the answers.

use async_trait::async_trait;
use serde_json::{Value, json};

use crate::services::Request;
use crate::{CloudError, Services};

use super::MemoryCloud;

impl MemoryCloud {
    /// Plans the answer to the next request of a task; several calls queue. By default the answer
    /// is an empty object.
    pub fn answer_next_request(&self, answer: Value) {
        self.lock().answers.push_back(answer);
    }

    /// The requests of tasks so far: the operation and its parameters.
    #[must_use]
    pub fn requests(&self) -> Vec<(&'static str, Value)> {
        self.lock().requests.clone()
    }
}

#[async_trait]
impl Services for MemoryCloud {
    async fn send(
        &self,
        request: &'static Request,
        parameters: &Value,
    ) -> Result<Value, CloudError> {
        let service = if request.service == "sns" { "SNS" } else { "DynamoDB" };
        let writes = !matches!(request.operation, "GetItem" | "Query");
        let mut account = self.pass().await.call(service, request.operation, writes)?;
        account.requests.push((request.operation, parameters.clone()));
        Ok(account.answers.pop_front().unwrap_or_else(|| json!({})))
    }
}
