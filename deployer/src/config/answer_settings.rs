//! How a message gets its answer: how long the handler waits for it, whose output it is, and what the handler
//! answers if there is none.

use std::time::Duration;

use handler::on_failure::{OnFailure, UnknownPolicy};
use handler::origin::Origin;
use handler::rule::{Rule, UnknownRule};
use handler::workmail::limits::{DEFAULT_WAIT, MAX_WAIT};
use serde::{Deserialize, Serialize};

use super::quoted::quoted;
use crate::document::Members;
use crate::document::suggestion::or_meant;
use crate::finding::Finding;

/// The settings as options.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize)]
pub struct AnswerArgs {
    /// Kind of the WorkMail rule: synchronous, or asynchronous, which delivers each message
    /// immediately and does not wait for a verdict [default: the flow's, else synchronous]
    #[arg(long, value_name = "KIND")]
    pub rule: Option<String>,
    /// Seconds that the first invocation waits for the verdict, 0 to 13 [default: the flow's, else 1]
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
    pub wait_time: Option<String>,
    /// State whose output is the verdict, even while later states run [default: the flow's, else the
    /// execution's output]
    #[arg(long, value_name = "STATE")]
    pub output_state: Option<String>,
    /// What to answer when the state machine fails: retry, default, bounce, drop or junk [default: the flow's,
    /// else retry]
    #[arg(long, value_name = "POLICY")]
    pub on_failure: Option<String>,
}

/// The settings as far as one source sets them: the options, a flow, a test, or a file of tests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnswerSettings {
    /// Whether WorkMail waits for a verdict.
    pub rule: Option<Rule>,
    /// How long the first invocation waits for a verdict.
    pub wait_time: Option<WaitTime>,
    /// The state whose output is the verdict; otherwise it is the execution's output.
    pub output_state: Option<OutputState>,
    /// What the handler answers when the state machine does not decide.
    pub on_failure: Option<OnFailure>,
}

/// The settings with their defaults.
#[derive(Debug, Clone, Default)]
pub struct ResolvedAnswerSettings {
    /// Whether WorkMail waits for a verdict. If not, the other settings have no effect.
    pub rule: Rule,
    /// How long the first invocation waits for a verdict.
    pub wait_time: WaitTime,
    /// The state whose output is the verdict; otherwise it is the execution's output.
    pub output_state: Option<OutputState>,
    /// What the handler answers when the state machine does not decide.
    pub on_failure: OnFailure,
}

impl AnswerSettings {
    /// Reads the options.
    /// Error: a finding for each option outside its limits.
    pub fn parse(args: &AnswerArgs) -> Result<Self, Vec<Finding>> {
        let rule = args.rule.as_deref().map(rule).transpose();
        let wait_time = args.wait_time.as_deref().map(WaitTime::parse).transpose();
        let output_state = args.output_state.as_deref().map(OutputState::parse).transpose();
        let on_failure = args.on_failure.as_deref().map(on_failure).transpose();
        match (rule, wait_time, output_state, on_failure) {
            (Ok(rule), Ok(wait_time), Ok(output_state), Ok(on_failure)) => {
                Ok(Self { rule, wait_time, output_state, on_failure })
            }
            (rule, wait_time, output_state, on_failure) => {
                let faults = [rule.err(), wait_time.err(), output_state.err(), on_failure.err()];
                Err(faults.into_iter().flatten().collect())
            }
        }
    }

    /// Reads the members that have the names of the options.
    pub fn read(members: &Members<'_>, findings: &mut Vec<Finding>) -> Self {
        Self {
            rule: members.parsed("rule", findings, rule),
            output_state: members.parsed("output-state", findings, OutputState::parse),
            wait_time: members.parsed("wait-time", findings, WaitTime::parse),
            on_failure: members.parsed("on-failure", findings, on_failure),
        }
    }

    /// These settings; each one that is not set here is taken from `fallback`.
    pub fn or(self, fallback: &Self) -> Self {
        Self {
            rule: self.rule.or(fallback.rule),
            wait_time: self.wait_time.or(fallback.wait_time),
            output_state: self.output_state.or_else(|| fallback.output_state.clone()),
            on_failure: self.on_failure.or(fallback.on_failure),
        }
    }

    /// A warning for each setting that has no effect, because the rule waits for no verdict. `fallback` is
    /// what a flow suggests.
    pub fn without_effect(&self, fallback: &Self) -> Vec<Finding> {
        if self.rule.or(fallback.rule) != Some(Rule::Asynchronous) {
            return Vec::new();
        }
        let set = [
            ("--wait-time", self.wait_time.is_some()),
            ("--output-state", self.output_state.is_some()),
            ("--on-failure", self.on_failure.is_some()),
        ];
        let sentence =
            "the rule is asynchronous and waits for no verdict, so this setting has no effect";
        let set = set.into_iter().filter(|(_, is_set)| *is_set);
        set.map(|(option, _)| Finding::warning("no-effect", option, sentence)).collect()
    }

    /// These settings, with the default of each one that is not set.
    pub fn resolved(self) -> ResolvedAnswerSettings {
        ResolvedAnswerSettings {
            rule: self.rule.unwrap_or_default(),
            wait_time: self.wait_time.unwrap_or_default(),
            output_state: self.output_state,
            on_failure: self.on_failure.unwrap_or_default(),
        }
    }
}

impl ResolvedAnswerSettings {
    /// Whose output is the verdict.
    pub fn origin(&self) -> Origin {
        Origin::from(self.output_state.as_ref().map(|state| state.as_str().to_owned()))
    }
}

fn rule(word: &str) -> Result<Rule, Finding> {
    word.parse().map_err(|unknown: UnknownRule| {
        let fault = Finding::error("rule", "--rule", unknown.to_string());
        or_meant(fault, word, Rule::ALL.map(Rule::as_str))
    })
}

fn on_failure(word: &str) -> Result<OnFailure, Finding> {
    word.parse().map_err(|unknown: UnknownPolicy| {
        let fault = Finding::error("on-failure", "--on-failure", unknown.to_string());
        or_meant(fault, word, OnFailure::ALL.map(OnFailure::as_str))
    })
}

/// Seconds the first invocation waits, 0 to 13, to the millisecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitTime(Duration);

impl WaitTime {
    /// Reads seconds, with a fraction or without.
    /// Error: a finding that names the limit and its reason.
    pub fn parse(text: &str) -> Result<Self, Finding> {
        let seconds = Some(text)
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
            .and_then(|text| text.parse::<f64>().ok())
            .filter(|seconds| *seconds <= MAX_WAIT.as_secs_f64());
        match seconds {
            Some(seconds) => Ok(Self(Duration::from_millis((seconds * 1000.0).round() as u64))),
            None => Err(Finding::error(
                "wait-time",
                "--wait-time",
                format!(
                    "`{}`: seconds from 0 to {}, such as 1 or 2.5; WorkMail waits 15 seconds for \
                     an invocation",
                    quoted(text),
                    MAX_WAIT.as_secs()
                ),
            )),
        }
    }

    /// The wait itself.
    pub fn duration(self) -> Duration {
        self.0
    }

    /// The wait that is closest to one that was set elsewhere: the longest one instead of a longer
    /// one, and the default instead of a text that is not a number of seconds.
    pub fn nearest(text: &str) -> Self {
        let longer = text.parse::<f64>().is_ok_and(|seconds| seconds > MAX_WAIT.as_secs_f64());
        if longer { Self(MAX_WAIT) } else { Self::parse(text).unwrap_or_default() }
    }
}

impl Default for WaitTime {
    fn default() -> Self {
        Self(DEFAULT_WAIT)
    }
}

/// As the handler reads it: seconds without needless zeros.
impl std::fmt::Display for WaitTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.as_secs_f64())
    }
}

/// The name of a state, 1 to 80 characters. Source: Amazon States Language, "States".
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OutputState(String);

impl OutputState {
    /// Reads a state's name.
    /// Error: a finding that names the limit.
    pub fn parse(text: &str) -> Result<Self, Finding> {
        if (1..=80).contains(&text.chars().count()) && !text.chars().any(char::is_control) {
            return Ok(Self(text.to_owned()));
        }
        Err(Finding::error(
            "output-state",
            "--output-state",
            format!(
                "`{}`: a state's name has 1 to 80 characters, and no control characters",
                quoted(text)
            ),
        ))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_seconds_up_to_thirteen() {
        for (text, written) in
            [("1", "1"), ("0", "0"), ("0.5", "0.5"), ("13", "13"), ("2.50", "2.5")]
        {
            assert_eq!(WaitTime::parse(text).unwrap().to_string(), written);
        }
        for text in ["", "-1", "13.001", "1e1", "NaN", "inf", "1,5", " 1", "15", ".", "1.2.3"] {
            assert!(WaitTime::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_state_name_has_one_to_eighty_characters() {
        assert!(OutputState::parse("DEFAULT Action").is_ok());
        assert!(OutputState::parse(&"ä".repeat(80)).is_ok());
        assert!(OutputState::parse(&"a".repeat(81)).is_err());
        assert!(OutputState::parse("").is_err());
    }

    #[test]
    fn settings_about_the_verdict_have_no_effect_under_an_asynchronous_rule() {
        let asynchronous =
            AnswerSettings { rule: Some(Rule::Asynchronous), ..AnswerSettings::default() };
        let waiting =
            AnswerSettings { wait_time: WaitTime::parse("3").ok(), ..AnswerSettings::default() };
        let none = AnswerSettings::default();
        assert!(waiting.without_effect(&none).is_empty());
        assert!(asynchronous.without_effect(&waiting).is_empty());
        assert_eq!(waiting.without_effect(&asynchronous)[0].location, "--wait-time");
    }

    #[test]
    fn each_setting_falls_back_by_itself() {
        let wait_time = WaitTime::parse("3").ok();
        let upper = AnswerSettings { wait_time, ..AnswerSettings::default() };
        let lower = AnswerSettings {
            wait_time: WaitTime::parse("5").ok(),
            output_state: OutputState::parse("Decide").ok(),
            ..AnswerSettings::default()
        };
        let resolved = upper.or(&lower).resolved();
        assert_eq!(Some(resolved.wait_time), wait_time);
        assert_eq!(resolved.origin(), Origin::State("Decide".to_owned()));
        assert_eq!(resolved.on_failure, OnFailure::Retry);
    }
}
