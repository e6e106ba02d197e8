//! The settings by name, and their values in a layer.

use std::fmt;

/// A setting, which has the same name in every layer.
#[derive(Debug)]
pub struct Key {
    /// The option's name without its hyphens; also the member of `deployer.yaml`.
    pub name: &'static str,
    /// What its value is.
    pub kind: Kind,
}

/// What the value of a setting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One text.
    Text,
    /// A path, relative to the file in which it is written.
    Path,
    /// True or false; its option takes no value.
    Flag,
    /// Texts. A layer that has some replaces those of the layers below.
    List,
    /// Texts with names. Each replaces the one of the same name in the layers below.
    Map,
}

const fn value(name: &'static str) -> Key {
    Key { name, kind: Kind::Text }
}

const fn list(name: &'static str) -> Key {
    Key { name, kind: Kind::List }
}

const fn map(name: &'static str) -> Key {
    Key { name, kind: Kind::Map }
}

const fn path(name: &'static str) -> Key {
    Key { name, kind: Kind::Path }
}

const fn flag(name: &'static str) -> Key {
    Key { name, kind: Kind::Flag }
}

/// All settings, in the order of the help.
pub const KEYS: [Key; 37] = [
    list("org-arn"),
    value("stack-name"),
    path("flow"),
    map("parameter"),
    path("state-machine"),
    value("rule"),
    value("wait-time"),
    value("output-state"),
    value("on-failure"),
    value("memory"),
    value("log-retention"),
    value("log-level"),
    value("metrics"),
    value("tracing"),
    value("reserved-concurrency"),
    list("vpc-subnet"),
    list("vpc-security-group"),
    value("point-in-time-recovery"),
    value("kms-key"),
    value("alarms"),
    value("alarm-age"),
    map("tag"),
    path("overlay"),
    path("handler"),
    value("permissions-boundary"),
    value("role-path"),
    value("artifact-bucket"),
    value("artifact-kms-key"),
    value("role-arn"),
    list("notification-arn"),
    value("on-stack-failure"),
    flag("express"),
    flag("protect"),
    value("region"),
    value("profile"),
    value("endpoint-url"),
    value("workmail-endpoint-url"),
];

/// The layers, lowest precedence first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layer {
    File,
    Environment,
    Variable,
    Option,
}

/// The value of a setting in a layer.
#[derive(Debug)]
pub(super) struct LayerValue {
    pub(super) layer: Layer,
    /// None if the layer resets the setting to its default.
    pub(super) entries: Vec<Entry>,
}

/// One of the texts of a value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// As it would be typed.
    pub(super) text: String,
    /// Whether it removes the entry of its name that a lower layer has.
    pub(super) removes: bool,
    pub(super) origin: Origin,
}

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// On the command line.
    Option(&'static str),
    /// In an environment variable.
    Variable(String),
    /// At a place in the file, such as `deployer.yaml:7: environments.test.memory`.
    File(String),
    /// The working folder, which is that of a flow.
    Folder(String),
    /// The ARN of the organization, which has this origin.
    Organization(Box<Origin>),
    /// The AWS environment variables or the profile.
    Aws(String),
    /// It is not set.
    Default,
}

impl Origin {
    /// The name of the layer.
    pub fn layer(&self) -> &'static str {
        match self {
            Self::Option(_) => "option",
            Self::Variable(_) => "variable",
            Self::File(_) => "file",
            Self::Folder(_) => "folder",
            Self::Organization(_) => "organization",
            Self::Aws(_) => "aws",
            Self::Default => "default",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option(name) => write!(f, "--{name}"),
            Self::Variable(place) | Self::File(place) | Self::Folder(place) | Self::Aws(place) => {
                f.write_str(place)
            }
            Self::Organization(origin) => write!(f, "the organization's; {origin}"),
            Self::Default => f.write_str("default"),
        }
    }
}
