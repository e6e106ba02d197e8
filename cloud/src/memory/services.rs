//! What tasks ask of services, in memory: answers that a test puts into their mouths.

use async_trait::async_trait;
use serde_json::{Value, json};

use crate::services::Request;
use crate::{CloudError, Services};

use super::MemoryCloud;

impl MemoryCloud {
    /// What the next request of a task is answered; several calls queue. Without one the answer is an empty
    /// object.
    pub fn answer_next_request(&self, answer: Value) {
        self.lock().answers.push_back(answer);
    }

    /// What tasks asked so far: the operation and its parameters.
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
        let mut account = self.call(service, request.operation, writes)?;
        account.requests.push((request.operation, parameters.clone()));
        Ok(account.answers.pop_front().unwrap_or_else(|| json!({})))
    }
}
