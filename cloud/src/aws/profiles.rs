//! The profiles of the AWS configuration files, and which of them is chosen.

use std::borrow::Cow;

use aws_config::profile::{self, ProfileSet};
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_runtime::env_config::property::PropertiesKey;
use aws_types::os_shim_internal::Fs;

use super::config_files::ConfigFiles;
use super::environment::Environment;
use super::plain::{deepest, plain};
use crate::{Access, Unusable};

/// The variables that choose a profile, by precedence. The AWS CLI reads the second one too. Source: AWS CLI
/// user guide, "Environment variables".
const PROFILE_VARIABLES: [&str; 2] = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];
/// The longest list of profiles in a sentence.
const MAX_LISTED: usize = 20;

/// How a profile was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chosen {
    /// By `--profile` or a setting of the deployer.
    Option,
    /// By this variable.
    Variable(&'static str),
    /// Nothing names one.
    Default,
}

/// The configuration files, with one profile chosen.
#[derive(Debug)]
pub(super) struct Profiles {
    sections: ProfileSet,
    /// The chosen profile.
    pub(super) name: String,
    pub(super) chosen: Chosen,
    /// Where profiles are configured, as a person would name it.
    pub(super) file: String,
    pub(super) files: ConfigFiles,
}

impl Profiles {
    /// Reads the files. A file that is missing has no profiles.
    pub(super) async fn read(environment: &Environment, access: &Access) -> Result<Self, Unusable> {
        let variable = environment.first(&PROFILE_VARIABLES);
        let given = access.profile.as_deref().filter(|name| !name.trim().is_empty());
        let (name, chosen) = match (given, variable) {
            (Some(name), _) => (name, Chosen::Option),
            (None, Some((variable, name))) => (name, Chosen::Variable(variable)),
            (None, None) => ("default", Chosen::Default),
        };
        let files = ConfigFiles::of(environment);
        let (fs, variables) = (Fs::real(), environment.sdk());
        let load = async |files: &EnvConfigFiles| {
            let chosen = Some(Cow::Owned(name.to_owned()));
            let sections = profile::load(&fs, &variables, files, chosen).await;
            sections.map_err(|error| unreadable(&deepest(&error)))
        };
        // The files themselves first: only an error about them names the file.
        load(&EnvConfigFiles::default()).await?;
        let sections = load(&files.for_sdk()).await?;
        let file = files.main().to_owned();
        let profiles = Self { sections, name: name.to_owned(), chosen, file, files };
        match profiles.sections.get_profile(name) {
            None if chosen != Chosen::Default => Err(profiles.missing()),
            _ => Ok(profiles),
        }
    }

    /// The profile does not exist.
    fn missing(&self) -> Unusable {
        let origin = match self.chosen {
            Chosen::Variable(name) => format!(", which {name} names,"),
            Chosen::Option | Chosen::Default => String::new(),
        };
        let (name, place) = (plain(&self.name), self.place());
        let sentence = format!("there is no profile `{name}`{origin} in {place}");
        Unusable::setting(format!("{sentence} ({})", self.known())).hint(format!(
            "--profile NAME or AWS_PROFILE=NAME chooses another profile; \
             `aws configure --profile {name}` creates this one"
        ))
    }

    /// The files that can have profiles, as part of a sentence.
    pub(super) fn place(&self) -> String {
        match &self.files.existing()[..] {
            [] => plain(&self.file),
            files => files.iter().map(|file| plain(file)).collect::<Vec<_>>().join(" and "),
        }
    }

    /// The profiles that exist, as part of a sentence.
    pub(super) fn known(&self) -> String {
        let mut names: Vec<&str> = self.sections.profiles().collect();
        match self.files.existing()[..] {
            [] => return "the file does not exist".to_owned(),
            [_] if names.is_empty() => return "it has no profiles".to_owned(),
            _ if names.is_empty() => return "they have no profiles".to_owned(),
            _ => {}
        }
        names.sort_unstable();
        let more = names.len().saturating_sub(MAX_LISTED);
        let shown: Vec<String> = names.iter().take(MAX_LISTED).map(|name| plain(name)).collect();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("there are: {}{more}", shown.join(", "))
    }

    /// Whether a profile exists.
    pub(super) fn has(&self, profile: &str) -> bool {
        self.sections.get_profile(profile).is_some()
    }

    /// A value of a profile; an empty one counts as unset.
    pub(super) fn value(&self, profile: &str, key: &str) -> Option<&str> {
        filled(self.sections.get_profile(profile)?.get(key))
    }

    /// A value of the chosen profile.
    pub(super) fn chosen_value(&self, key: &str) -> Option<&str> {
        self.value(&self.name, key)
    }

    /// A value of a `[sso-session]` section.
    pub(super) fn session_value(&self, session: &str, key: &str) -> Option<&str> {
        filled(self.sections.sso_session(session)?.get(key))
    }

    /// Whether a `[sso-session]` section exists.
    pub(super) fn has_session(&self, session: &str) -> bool {
        self.sections.sso_session(session).is_some()
    }

    /// The endpoint of a service in the `[services]` section of the chosen profile, with the
    /// section's name.
    pub(super) fn service_endpoint(&self, service: &str) -> Option<(&str, &str)> {
        let services = self.chosen_value("services")?;
        let key = PropertiesKey::builder().section_key("services").section_name(services);
        let key = key.property_name(service).sub_property_name("endpoint_url").build().ok()?;
        Some((services, filled(self.sections.other_sections().get(&key).map(String::as_str))?))
    }
}

/// A file has a line that cannot be read, of which the SDK says: "error parsing FILE on line 1: …".
fn unreadable(reason: &str) -> Unusable {
    let reason = plain(reason).split_whitespace().collect::<Vec<_>>().join(" ");
    let parts =
        reason.strip_prefix("error parsing ").and_then(|rest| rest.rsplit_once(" on line "));
    let sentence = match parts {
        Some((file, line)) => format!("{file} is not a valid AWS configuration file: line {line}"),
        None => format!("the AWS configuration files cannot be read: {reason}"),
    };
    Unusable::setting(sentence).hint("fix the line; then `aws configure list` must work")
}

fn filled(value: Option<&str>) -> Option<&str> {
    value.filter(|value| !value.trim().is_empty())
}
