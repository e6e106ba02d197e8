//! What is lost with a resource, by type, in words.

/// What a resource of a type holds that a new one would not; `None` where that is nothing.
pub(super) fn holding(resource_type: &str) -> Option<&'static str> {
    match resource_type {
        "AWS::StepFunctions::StateMachine" => Some("the history of its executions"),
        "AWS::DynamoDB::Table" => Some("what it says of messages under way"),
        "AWS::Logs::LogGroup" => Some("its logs"),
        "AWS::S3::Bucket" => Some("its objects"),
        _ => None,
    }
}
