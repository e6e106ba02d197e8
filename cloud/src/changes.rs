//! What a change set does to each resource, and to which of its properties.

use serde::Serialize;

/// What happens to a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeAction {
    /// It is created.
    Add,
    /// It is changed, or replaced (see [`Replacement`]).
    Modify,
    /// It is deleted.
    Remove,
    /// An action that this enum does not list, by CloudFormation's name (Import, Dynamic,
    /// SyncWithActual).
    Other(String),
}

/// Whether a modified resource is replaced by a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Replacement {
    /// Changed in place.
    Never,
    /// Replaced; what it held is lost.
    Always,
    /// CloudFormation decides during execution.
    Conditional,
}

/// One change of a change set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceChange {
    /// What happens.
    pub action: ChangeAction,
    /// The resource's name in the template.
    pub logical_id: String,
    /// Its name in AWS, if it already exists.
    pub physical_id: Option<String>,
    /// The type, such as `AWS::Lambda::Function`.
    pub resource_type: String,
    /// Whether it is replaced.
    pub replacement: Replacement,
    /// What happens to a resource that is removed or replaced, as CloudFormation names it:
    /// `Delete`, `Retain`, `Snapshot`, or one of these after `ReplaceAnd`.
    pub policy_action: Option<String>,
    /// How the resource differs from what was deployed last, as CloudFormation names it
    /// (`MODIFIED`, `DELETED`, `IN_SYNC`…), if the change set takes drift into account.
    pub drift: Option<String>,
    /// The names of the properties that change, sorted, without duplicates.
    pub properties: Vec<String>,
    /// The values that change in those properties, one entry per path. A change set may omit some
    /// or all of them.
    pub values: Vec<PropertyChange>,
}

/// One value inside a resource that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PropertyChange {
    /// A JSON pointer into the resource, such as `/Properties/Environment/Variables/ON_FAILURE`.
    pub path: String,
    /// The value before the change, as JSON unless it is a scalar; `None` if there was none or it
    /// is not reported.
    pub before: Option<String>,
    /// The value after the change, in the same form.
    pub after: Option<String>,
    /// Whether this change replaces the resource.
    pub replacement: Replacement,
}

/// The placeholder that CloudFormation writes for a value that it cannot know yet.
/// Observed; not documented.
pub const KNOWN_AFTER_APPLY: &str = "{{changeSet:KNOWN_AFTER_APPLY}}";
