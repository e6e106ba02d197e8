//! What is lost with a resource, by type, in words.

use crate::installation::logical_ids::TABLE;
/// What a resource holds that a new one would not; `None` where that is nothing.
pub(super) fn holding(logical_id: &str, resource_type: &str) -> Option<&'static str> {
    match resource_type {
        "AWS::StepFunctions::StateMachine" => Some("the history of its executions"),
        "AWS::DynamoDB::Table" if logical_id == TABLE => Some("what it says of messages under way"),
        // One that the flow brought along.
        "AWS::DynamoDB::Table" => Some("its items"),
        "AWS::Logs::LogGroup" => Some("its logs"),
        "AWS::S3::Bucket" => Some("its objects"),
        _ => None,
    }
}
