//! LEGACY: what commands that do not take a Session yet still use. Goes when the last one is converted.

use serde::Serialize;

use super::GlobalArgs;
use crate::config::{Organizations, bad_values};
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::explain::failed_operation;
use crate::finding::Finding;
use crate::host::Host;
use crate::host::terminal::OutputFormat;
use crate::operation::{Operation, attach};
use crate::report::{self, Reporter};
use cloud::{Access, Cloud, Stack};

impl Host {
    /// Tells an operation's events on the terminal, and asks `question` there unless all is agreed to.
    pub fn reporter(
        &mut self,
        format: OutputFormat,
        agreed: bool,
        question: String,
    ) -> Reporter<'_> {
        let live = format == OutputFormat::Text && self.terminal.screen().is_some();
        Reporter {
            live: live.then(Default::default),
            clock: self.clock,
            terminal: &mut self.terminal,
            format,
            agreed,
            question,
            reviewed: None,
            beyond: Vec::new(),
        }
    }

    /// Gives a piece of the answer. Who closes the pipe has read enough.
    pub fn answer(&mut self, text: &str) {
        let _ = self.terminal.answer(text);
    }

    /// Gives an answer to a program.
    pub fn answer_object(&mut self, kind: &str, body: &impl Serialize) {
        let now = (self.clock)();
        self.answer(&report::object(kind, body, now));
    }
}

/// Asks, unless all is agreed to (`--yes`). `otherwise` says what did not happen, such as "nothing was
/// removed".
///
/// # Errors
/// [`Exit::NeedsConfirmation`] where a person says no, or nobody can be asked.
pub async fn ask(
    world: &mut Host,
    agreed: bool,
    question: &str,
    otherwise: &str,
) -> Result<(), CommandError> {
    if agreed {
        return Ok(());
    }
    let sentence = if !world.terminal.is_interactive() {
        format!("there is no terminal to ask on; {otherwise}")
    } else if world.terminal.confirm(question).await {
        return Ok(());
    } else {
        format!("it was not agreed to; {otherwise}")
    };
    Err(CommandError::new(Exit::NeedsConfirmation, Sentence(sentence))
        .hint("--yes goes ahead without asking"))
}

/// Follows the operation that goes on with `stack` to its end, whatever that is: the plan is made anew
/// afterwards.
pub async fn wait(
    world: &mut Host,
    global: &GlobalArgs,
    cloud: &Cloud,
    stack: &Stack,
) -> Result<(), CommandError> {
    let clock = world.clock;
    let mut reporter = world.reporter(global.output, true, String::new());
    let mut operation = Operation { cloud, observer: &mut reporter, clock };
    attach(&mut operation, stack)
        .await
        .map_err(|error| failed_operation::error(error, &stack.name))?;
    Ok(())
}

/// Connects to the organization's region. That it is the organization's account, too, [`look`] makes sure.
pub async fn reach(
    world: &Host,
    global: &GlobalArgs,
    organizations: &Organizations,
) -> Result<Cloud, CommandError> {
    let region = organizations.region();
    let mut access = access(global);
    if let Some(configured) = configured_region(world, &access).await
        && configured != region
    {
        return Err(bad_values(vec![Finding::error(
            "region",
            "--region",
            format!(
                "the region is `{configured}`, but the organization is in `{region}`; the flow has to \
                 live in the organization's region: use --region {region}"
            ),
        )]));
    }
    access.region = Some(region.to_owned());
    Ok(world.connect.connect(&access).await?)
}

/// The region of the command line, else the one of environment or profile.
pub async fn configured_region(world: &Host, access: &Access) -> Option<String> {
    match &access.region {
        Some(region) => Some(region.clone()),
        None => world.connect.configured_region(access).await,
    }
}

/// How to reach AWS, as far as the command line says.
pub fn access(global: &GlobalArgs) -> Access {
    Access {
        region: global.region.clone(),
        profile: global.profile.clone(),
        endpoint_url: global.endpoint_url.clone(),
        workmail_endpoint_url: None,
    }
}

/// Connects to the region that was given or configured, for commands without an organization.
pub async fn connect_anywhere(world: &Host, global: &GlobalArgs) -> Result<Cloud, CommandError> {
    let mut access = access(global);
    let Some(region) = configured_region(world, &access).await else {
        return Err(bad_values(vec![Finding::error(
            "region",
            "--region",
            "no region is given, and neither environment nor profile has one",
        )]));
    };
    access.region = Some(region);
    Ok(world.connect.connect(&access).await?)
}
