//! The AWS configuration files: where they are, and what the SDK reads of them.

use std::path::PathBuf;

use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};

use super::environment::Environment;

/// The two files, of which each can have profiles.
#[derive(Debug, Clone)]
pub(super) struct ConfigFiles {
    config: File,
    credentials: File,
}

/// A file, which may be missing.
#[derive(Debug, Clone)]
struct File {
    kind: EnvConfigFileKind,
    /// As a person would name it.
    name: String,
    path: PathBuf,
}

impl File {
    fn of(kind: EnvConfigFileKind, environment: &Environment) -> Self {
        let (variable, usual) = match kind {
            EnvConfigFileKind::Config => ("AWS_CONFIG_FILE", "~/.aws/config"),
            EnvConfigFileKind::Credentials => ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
        };
        let name = environment.get(variable).unwrap_or(usual).to_owned();
        let home = environment.first(&["HOME", "USERPROFILE"]);
        let path = match (name.strip_prefix("~/"), home) {
            (Some(rest), Some((_, home))) => PathBuf::from(home).join(rest),
            _ => PathBuf::from(&name),
        };
        Self { kind, name, path }
    }

    fn exists(&self) -> bool {
        self.path.is_file()
    }

    /// Its text, as the SDK reads it: none if it is missing or not UTF-8.
    fn text(&self) -> String {
        std::fs::read_to_string(&self.path).unwrap_or_default()
    }
}

/// Whether a line sets an endpoint to nothing, which the SDK takes for an endpoint.
fn is_empty_endpoint(line: &str) -> bool {
    let pair = line.split_once('=');
    pair.is_some_and(|(key, value)| key.trim() == "endpoint_url" && value.trim().is_empty())
}

impl ConfigFiles {
    /// The files that the environment names, or else the usual ones.
    pub(super) fn of(environment: &Environment) -> Self {
        Self {
            config: File::of(EnvConfigFileKind::Config, environment),
            credentials: File::of(EnvConfigFileKind::Credentials, environment),
        }
    }

    /// The file that most probably has a profile, as a person would name it.
    pub(super) fn main(&self) -> &str {
        match !self.config.exists() && self.credentials.exists() {
            true => &self.credentials.name,
            false => &self.config.name,
        }
    }

    /// The files that exist, as a person would name them.
    pub(super) fn existing(&self) -> Vec<&str> {
        let files = [&self.config, &self.credentials].into_iter();
        files.filter(|file| file.exists()).map(|file| file.name.as_str()).collect()
    }

    /// What the SDK reads: an empty endpoint counts as unset.
    pub(super) fn for_sdk(&self) -> EnvConfigFiles {
        // The order counts: what the second file says overrides the first one.
        let texts = [&self.config, &self.credentials].map(|file| (file.kind, file.text()));
        if !texts.iter().any(|(_, text)| text.lines().any(is_empty_endpoint)) {
            return EnvConfigFiles::default();
        }
        let files = texts.iter().fold(EnvConfigFiles::builder(), |files, (kind, text)| {
            let kept = text.lines().filter(|line| !is_empty_endpoint(line));
            files.with_contents(*kind, kept.map(|line| format!("{line}\n")).collect::<String>())
        });
        files.build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_in_the_home_folder_is_found_there() {
        let variables = [("HOME", "/home/me"), ("AWS_CONFIG_FILE", "~/aws/c")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let files = ConfigFiles::of(&Environment::new(variables));
        assert_eq!(files.config.path, PathBuf::from("/home/me/aws/c"));
        assert_eq!(files.credentials.path, PathBuf::from("/home/me/.aws/credentials"));
        assert_eq!((files.main(), files.existing()), ("~/aws/c", vec![]));
    }
}
