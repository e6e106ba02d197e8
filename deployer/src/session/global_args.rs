//! The options of every command.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{ArgAction, Args as ClapArgs};

use crate::host::terminal::{ColorChoice, OutputFormat, Progress};

/// Options of every command.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Options of every command")]
pub struct GlobalArgs {
    /// AWS region [default: the organization's, else that of the environment or the profile]
    #[arg(long, global = true, value_name = "REGION", value_parser = NonEmptyStringValueParser::new())]
    pub region: Option<String>,
    /// Profile in the AWS configuration files
    #[arg(long, global = true, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub profile: Option<String>,
    /// Endpoint for every AWS service, such as an emulator's
    #[arg(long, global = true, value_name = "URL", value_parser = NonEmptyStringValueParser::new())]
    pub endpoint_url: Option<String>,
    /// Settings file [default: deployer.yaml, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Environment in the settings file
    #[arg(long, global = true, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub env: Option<String>,
    /// Output format
    #[arg(long, short, global = true, value_name = "FORMAT", default_value = "text")]
    pub output: OutputFormat,
    /// When to use color; NO_COLOR is respected
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// How to show progress
    #[arg(long, global = true, value_name = "HOW", default_value = "auto")]
    pub progress: Progress,
    /// Hide progress and remarks, but not errors and answers
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Show each call to AWS on stderr: service, operation, milliseconds, outcome, and request ID,
    /// but no contents
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// Print the version and the embedded handler, and exit
    #[arg(long, short = 'V', action = ArgAction::Version)]
    version: Option<bool>,
}
