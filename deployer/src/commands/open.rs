//! `deployer open`.

use std::process::Child;
use std::time::Duration;

use clap::ValueEnum;
use tokio::time::sleep;

use crate::config::Organizations;
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::explain::no_execution;
use crate::installation::{Console, lookup};
use crate::options::message_id;
use crate::options::stack::StackArgs;
use crate::report;
use crate::report::answers::Link;
use crate::session::{Session, no_region};
use crate::trace::{Search, resolve};

/// How often, and how long each time, to check whether the program that opens links has failed. A
/// program that still runs then shows the link.
const LOOKS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(50);

/// Print and open the link to a part of the flow in the console.
///
/// The browser opens only on a terminal: not in CI, not with --output json, and not if output or
/// input is not a terminal. If no browser opens, the link is still printed, and the command
/// succeeds. For `rule`, the link is that of the WorkMail console in the region, because AWS does
/// not document the address of the organization's page.
///
/// Exits with 3 if there is no stack, or no execution of that message.
#[derive(Debug, Clone, clap::Args)]
pub struct OpenArgs {
    /// What to open
    #[arg(value_name = "WHAT", default_value = "stack")]
    pub what: What,
    /// With `execution`: message ID, invocation ID, or name or ARN of the execution
    #[arg(value_name = "ID", required_if_eq("what", "execution"))]
    pub id: Option<String>,
    /// With `execution`: how far back to search the log for a message ID [default: 1d]
    #[arg(long, value_name = "TIME", requires = "id")]
    pub since: Option<String>,
    /// Only print the link
    #[arg(long)]
    pub no_browser: bool,
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
}

/// A part of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum What {
    /// The CloudFormation stack
    Stack,
    /// The state machine
    Machine,
    /// The execution of one message
    Execution,
    /// The log of the function
    Logs,
    /// WorkMail, where the rule is
    Rule,
}

/// Fails when a value is invalid, the part to open does not exist, or AWS refuses a read.
pub async fn run(args: &OpenArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let url = url(args, session).await?;
    let what = args.what.to_possible_value();
    let what = what.as_ref().map_or("", |value| value.get_name());
    session.answer(&Link { what, url: &url });
    if !args.no_browser && can_open(session) {
        let opened = match (session.host.open)(&url) {
            Ok(Some(child)) => shows(child).await,
            Ok(None) => Ok(()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(why) = opened {
            session.remark(&format!("note: no browser opened ({why}); open the link yourself"));
        }
    }
    Ok(Exit::Done)
}

async fn url(args: &OpenArgs, session: &mut Session<'_>) -> Result<String, CommandError> {
    if args.id.is_some() && args.what != What::Execution {
        let sentence = "only an execution has an ID".to_owned();
        return Err(CommandError::usage(Sentence(sentence)));
    }
    let id = args.id.as_deref().unwrap_or("none");
    let (since, now) = (args.since.as_deref(), session.now());
    let (name, query) = message_id::parse(id, since, &args.stack, now, &session.zone())?;
    if args.what == What::Rule {
        return rule(session).await;
    }
    let cloud = session.connect().await?;
    let stack = lookup::stack(&cloud, name.as_str()).await?;
    let console = Console::of(&stack.id, &cloud.region).ok_or_else(|| {
        CommandError::failed(format!("the partition of {} has no public console", stack.id))
    })?;
    if args.what == What::Stack {
        return Ok(console.stack(&stack.id));
    }
    let installation = lookup::find(&cloud, name.as_str(), &session.next).await?;
    match args.what {
        What::Machine => match &installation.machine {
            Some(arn) => Ok(console.machine(arn)),
            None => {
                let sentence = format!("stack {name} has no state machine");
                Err(CommandError::new(Exit::Work, Sentence(sentence)))
            }
        },
        What::Execution => {
            let search =
                Search { cloud: &cloud, installation: &installation, with_contents: false };
            let command = &["open", "execution"];
            let resolved = resolve(&search, &query).await?;
            let since = report::moment(query.from(None), &session.zone());
            let resolved = resolved.map_err(|unresolved| {
                no_execution::error(unresolved, &query, &since, command, &session.next)
            })?;
            Ok(console.execution(&resolved.arn))
        }
        _ => Ok(console.logs(&installation.function_logs)),
    }
}

/// The WorkMail console, and the steps from there.
async fn rule(session: &mut Session<'_>) -> Result<String, CommandError> {
    let organizations = session.organizations()?;
    let region = session.region(organizations.as_ref()).await?.ok_or_else(no_region)?;
    let ids = organizations.iter().flat_map(Organizations::arns).map(|arn| arn.id().to_owned());
    let ids: Vec<String> = ids.collect();
    let organization = match &ids[..] {
        [] => "the organization".to_owned(),
        ids => ids.join(" or "),
    };
    session.remark(&format!(
        "in the console, choose Organizations, {organization}, Organization settings, and then Inbound rules \
         or Outbound rules"
    ));
    Ok(Console::workmail(&region.name))
}

/// Whether a person is at the terminal, and a browser can open.
fn can_open(session: &Session<'_>) -> bool {
    let environment = &session.host.environment;
    session.is_text()
        && session.host.terminal.is_watched()
        && environment.desktop
        && !environment.plain
}

/// Waits a moment for the program that opens links, which may fail.
async fn shows(mut child: Child) -> Result<(), String> {
    for _ in 0..LOOKS {
        match child.try_wait() {
            Ok(None) => sleep(PAUSE).await,
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(status.to_string()),
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok(())
}
