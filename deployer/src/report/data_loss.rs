//! What is lost with a resource, by its type.

use crate::installation::logical_ids::TABLE;
/// What a resource holds that a new one would not; `None` if nothing.
pub(super) fn data_held(logical_id: &str, resource_type: &str) -> Option<&'static str> {
    match resource_type {
        "AWS::StepFunctions::StateMachine" => Some("the history of its executions"),
        "AWS::DynamoDB::Table" if logical_id == TABLE => {
            Some("its entries about messages in progress")
        }
        // A table that the flow adds.
        "AWS::DynamoDB::Table" => Some("its items"),
        "AWS::Logs::LogGroup" => Some("its logs"),
        "AWS::S3::Bucket" => Some("its objects"),
        _ => None,
    }
}
