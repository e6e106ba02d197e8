//! The environment of the process, as the SDK sees it: an empty variable is an unset one.

use std::collections::{BTreeMap, HashMap};

use aws_types::os_shim_internal::Env;

/// Variables with a value.
#[derive(Clone, Default)]
pub(super) struct Environment(BTreeMap<String, String>);

impl Environment {
    /// The environment of this process. Some hundred variables are the SDK's; it also needs those
    /// that name the home folder.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads what the SDK is configured by"
    )]
    pub(super) fn of_process() -> Self {
        let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
        Self::new(std::env::vars_os().map(|(name, value)| (text(name), text(value))))
    }

    pub(super) fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        // Windows does not distinguish `Path` from `PATH`.
        let named = |name: String| if cfg!(windows) { name.to_uppercase() } else { name };
        let variables = variables.into_iter().filter(|(_, value)| !value.trim().is_empty());
        Self(variables.map(|(name, value)| (named(name), value)).collect())
    }

    /// The value of a variable that is set and not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The first of these variables that is set, with its value.
    pub(super) fn first<'a>(&self, names: &[&'a str]) -> Option<(&'a str, &str)> {
        names.iter().find_map(|name| Some((*name, self.get(name)?)))
    }

    /// The same environment without some variables.
    pub(super) fn without(&self, names: &[&str]) -> Self {
        let kept = self.0.iter().filter(|(name, _)| !names.contains(&name.as_str()));
        Self(kept.map(|(name, value)| (name.clone(), value.clone())).collect())
    }

    /// The same environment with another variable.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The environment in the form that the SDK takes.
    pub(super) fn sdk(&self) -> Env {
        Env::from(self.0.clone().into_iter().collect::<HashMap<_, _>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_is_an_unset_one() {
        let pairs = [("AWS_REGION", ""), ("AWS_PROFILE", " \t"), ("HOME", "/home/me")];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let environment = Environment::new(pairs);
        assert_eq!(environment.get("AWS_REGION"), None);
        assert_eq!(environment.get("AWS_PROFILE"), None);
        assert_eq!(environment.first(&["AWS_REGION", "HOME"]), Some(("HOME", "/home/me")));
        assert!(environment.sdk().get("AWS_REGION").is_err());
    }
}
