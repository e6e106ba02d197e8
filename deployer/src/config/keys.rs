//! The settings by name, and their values in a layer.

use std::fmt;

/// A setting, which has the same name in every layer.
#[derive(Debug)]
pub struct Key {
    /// The option's name without its hyphens; also the member of `deployer.yaml`.
    pub name: &'static str,
    /// Whether it can have several values.
    pub is_list: bool,
    /// Whether it is a path, relative to the file in which it is written.
    pub is_path: bool,
    /// Whether it is true or false, and its option takes no value.
    pub is_flag: bool,
}

const fn value(name: &'static str) -> Key {
    Key { name, is_list: false, is_path: false, is_flag: false }
}

const fn list(name: &'static str) -> Key {
    Key { is_list: true, ..value(name) }
}

const fn path(name: &'static str) -> Key {
    Key { is_path: true, ..value(name) }
}

const fn flag(name: &'static str) -> Key {
    Key { is_flag: true, ..value(name) }
}

/// All settings, in the order of the help.
pub const KEYS: [Key; 25] = [
    list("org-arn"),
    value("stack-name"),
    path("flow"),
    list("parameter"),
    path("state-machine"),
    value("wait-time"),
    value("output-state"),
    value("on-failure"),
    value("memory"),
    value("log-retention"),
    value("log-level"),
    value("metrics"),
    value("alarms"),
    value("alarm-age"),
    list("tag"),
    path("handler"),
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

/// The value of a setting in a layer below the command line.
pub(super) struct LayerValue {
    pub(super) values: Vec<String>,
    pub(super) origin: Origin,
    pub(super) layer: Layer,
}

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// On the command line.
    Option(&'static str),
    /// In an environment variable.
    Variable(String),
    /// At a place in the file, such as `deployer.yaml: environments.test.memory`.
    File(String),
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
            Self::Default => "default",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option(name) => write!(f, "--{name}"),
            Self::Variable(place) | Self::File(place) => f.write_str(place),
            Self::Default => f.write_str("default"),
        }
    }
}
