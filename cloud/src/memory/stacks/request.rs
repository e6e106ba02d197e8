//! Checking the request for a change set: everything that CloudFormation refuses before it creates
//! one.

use crate::memory::account::Account;
use crate::memory::refusal::{no_stack, refuse, validation};
use crate::memory::template::Template;
use crate::{
    ChangeSetRequest, ChangeSetType, CloudError, ErrorKind, OnStackFailure, StackStatus,
    TemplateSource,
};

const OPERATION: &str = "CreateChangeSet";
/// Sources: CloudFormation API reference, `CreateChangeSet`, TemplateBody and TemplateURL.
const BODY_LIMIT: usize = 51_200;
const OBJECT_LIMIT: usize = 1_048_576;
const NAME_LIMIT: usize = 128;

/// Checks what does not depend on a stack.
pub(super) fn check(account: &Account, request: &ChangeSetRequest) -> Result<Template, CloudError> {
    check_name("stackName", &request.stack_name)?;
    check_name("changeSetName", &request.name)?;
    let text = source(account, &request.template)?;
    let template = Template::parse(&text).map_err(|fault| validation(OPERATION, fault))?;
    check_capabilities(&template, &request.capabilities)?;
    Ok(template)
}

fn check_name(member: &str, name: &str) -> Result<(), CloudError> {
    let legal = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && name.len() <= NAME_LIMIT;
    if legal {
        return Ok(());
    }
    Err(validation(
        OPERATION,
        format!(
            "1 validation error detected: Value '{name}' at '{member}' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        ),
    ))
}

fn source(account: &Account, source: &TemplateSource) -> Result<String, CloudError> {
    let missing = "S3 error: The specified key does not exist.";
    match source {
        TemplateSource::Body(text) if text.len() > BODY_LIMIT => Err(validation(
            OPERATION,
            format!(
                "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: \
                 Member must have length less than or equal to {BODY_LIMIT}"
            ),
        )),
        TemplateSource::Body(text) => Ok(text.clone()),
        TemplateSource::Object { bucket, key } => {
            let own = account.buckets.get(bucket).filter(|bucket| !bucket.foreign);
            let body = own.and_then(|bucket| bucket.current(key));
            let body = body.ok_or_else(|| validation(OPERATION, missing))?;
            if body.bytes.len() > OBJECT_LIMIT {
                let rule = "Template may not exceed 1000000 bytes in size.";
                return Err(validation(OPERATION, rule));
            }
            Ok(String::from_utf8_lossy(&body.bytes).into_owned())
        }
    }
}

fn check_capabilities(template: &Template, given: &[String]) -> Result<(), CloudError> {
    let Some(needed) = template.capability() else {
        return Ok(());
    };
    let covers = |given: &String| given == needed || given == "CAPABILITY_NAMED_IAM";
    if given.iter().any(covers) {
        return Ok(());
    }
    Err(refuse(
        "CloudFormation",
        OPERATION,
        ErrorKind::Invalid,
        "InsufficientCapabilitiesException",
        format!("Requires capabilities : [{needed}]"),
    ))
}

/// Checks that the stack accepts a change set of this kind; returns its index, if it exists.
pub(super) fn check_stack(
    account: &Account,
    region: &str,
    request: &ChangeSetRequest,
) -> Result<Option<usize>, CloudError> {
    let name = &request.stack_name;
    if request.revert_drift && request.kind == ChangeSetType::Create {
        let rule = "DeploymentMode REVERT_DRIFT is only for stacks that exist";
        return Err(validation(OPERATION, rule));
    }
    let at = account.find_stack(region, name);
    let Some(stack) = at.map(|at| &account.stacks[at]) else {
        return match request.kind {
            ChangeSetType::Create => Ok(None),
            ChangeSetType::Update => Err(no_stack(OPERATION, name)),
        };
    };
    if request.stack_options.on_stack_failure == Some(OnStackFailure::Delete)
        && request.kind == ChangeSetType::Update
    {
        let rule = "OnStackFailure DELETE can only be specified for a change set of type CREATE";
        return Err(validation(OPERATION, rule));
    }
    let refused = match (request.kind, &stack.status) {
        (ChangeSetType::Create, StackStatus::ReviewInProgress) => None,
        (ChangeSetType::Create, _) => Some(format!(
            "Stack [{name}] already exists and cannot be created again with the changeSet [{}].",
            request.name
        )),
        (ChangeSetType::Update, StackStatus::CreateFailed | StackStatus::UpdateFailed) => None,
        (ChangeSetType::Update, status) if status.is_stable() => None,
        (ChangeSetType::Update, status) => Some(format!(
            "Stack:{} is in {status} state and can not be updated.",
            stack.identity.stack_id
        )),
    };
    if let Some(message) = refused {
        return Err(validation(OPERATION, message));
    }
    if stack.change_sets.iter().any(|set| set.name == request.name) {
        return Err(refuse(
            "CloudFormation",
            OPERATION,
            ErrorKind::Invalid,
            "AlreadyExistsException",
            format!(
                "ChangeSet {} cannot be created due to a mismatch with existing attribute Template",
                request.name
            ),
        ));
    }
    Ok(at)
}
