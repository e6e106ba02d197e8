//! A flow to run on this machine, with the settings that decide the answer for a message.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use std::sync::Arc;

use crate::config::{AnswerArgs, AnswerSettings, FlowSource, ResolvedAnswerSettings, bad_values};
use crate::error::CommandError;
use crate::flow::{Flow, FlowStack};
use asl::Machine;

/// Which flow runs, and the settings that its stack would have.
#[derive(Debug, Clone, clap::Args)]
pub struct LocalFlowArgs {
    /// Message flow: a built-in one (`deployer flows` lists them) or a folder [default: default, which
    /// delivers everything]
    #[arg(long, value_name = "NAME|DIR", value_parser = NonEmptyStringValueParser::new(), conflicts_with = "state_machine")]
    pub flow: Option<String>,
    /// Value of one of the flow's parameters; may be repeated
    #[arg(long, value_name = "KEY=VALUE", conflicts_with = "state_machine")]
    pub parameter: Vec<String>,
    /// State machine to run instead of a flow: Amazon States Language, JSON or YAML
    #[arg(long, value_name = "FILE")]
    pub state_machine: Option<PathBuf>,
    /// The settings that its stack would have.
    #[command(flatten)]
    pub answer: AnswerArgs,
}

/// A flow that can be run.
pub struct LocalFlow {
    /// The flow as it was read.
    pub flow: Flow,
    /// Its state machine, as the interpreter runs it.
    pub machine: Arc<Machine>,
    /// The settings that decide the answer for a message.
    pub settings: ResolvedAnswerSettings,
}

impl LocalFlowArgs {
    /// Which flow is meant.
    pub fn source(&self) -> FlowSource {
        FlowSource::of(&self.state_machine, &self.flow, &self.parameter)
    }

    /// Reads the options and the flow, for this stack. Settings without an option are those that the flow
    /// suggests.
    /// Fails when an option or the flow is invalid, or the interpreter refuses its state machine.
    pub fn read(&self, stack: FlowStack<'_>) -> Result<LocalFlow, CommandError> {
        let settings = AnswerSettings::parse(&self.answer).map_err(bad_values)?;
        let mut flow = self.source().read(stack, settings.output_state.as_ref())?;
        let machine = Arc::new(flow.machine()?);
        flow.warnings.extend(settings.without_effect(&flow.belongings.defaults));
        let settings = settings.or(&flow.belongings.defaults).resolved();
        Ok(LocalFlow { flow, machine, settings })
    }
}
