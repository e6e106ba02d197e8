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
    /// An action that later versions of CloudFormation invented, by its own name (Import, Dynamic,
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
    /// CloudFormation decides while it executes.
    Conditional,
}

/// One line of a change set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceChange {
    /// What happens.
    pub action: ChangeAction,
    /// The resource's name in the template.
    pub logical_id: String,
    /// Its name in AWS, where it exists already.
    pub physical_id: Option<String>,
    /// The type, such as `AWS::Lambda::Function`.
    pub resource_type: String,
    /// Whether it is replaced.
    pub replacement: Replacement,
    /// What becomes of a resource that is removed or replaced, in CloudFormation's word: `Delete`,
    /// `Retain`, `Snapshot`, or the same after `ReplaceAnd`.
    pub policy_action: Option<String>,
    /// How the resource differs from what was deployed last, in CloudFormation's word (`MODIFIED`,
    /// `DELETED`, `IN_SYNC`…), where the change set looks at that.
    pub drift: Option<String>,
    /// The properties that change, by name, sorted, each once.
    pub properties: Vec<String>,
    /// What changes inside them, each path once. A change set may leave some or all out.
    pub values: Vec<PropertyChange>,
}

/// One value inside a resource that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PropertyChange {
    /// A JSON pointer into the resource, such as `/Properties/Environment/Variables/ON_FAILURE`.
    pub path: String,
    /// The value before, JSON where it is no scalar; `None` where there was none or nobody says.
    pub before: Option<String>,
    /// The value after, likewise.
    pub after: Option<String>,
    /// Whether a change here replaces the resource.
    pub replacement: Replacement,
}

/// What CloudFormation writes in the place of a value that it cannot know yet.
pub const KNOWN_AFTER_APPLY: &str = "{{changeSet:KNOWN_AFTER_APPLY}}";
