//! `deployer invoke`.

use std::path::PathBuf;
use std::time::Duration;

use handler::workmail::Message;

use crate::config::{FlowSource, FunctionName, bad_values};
use crate::document::suggestion::instead;
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::explain::no_verdict;
use crate::finding::Finding;
use crate::flow::FlowStack;
use crate::host::{Host, interrupt};
use crate::installation::{InstalledCode, function_arn, lookup, machine_arn};
use crate::message::file;
use crate::options::functions::FunctionsArgs;
use crate::options::new_event::{self, MessageArgs};
use crate::options::stack::StackArgs;
use crate::plan::deployed_rule;
use crate::report;
use crate::report::answers::FunctionReply;
use crate::rule::{
    Ending, Fallback, Invocation, Invocations, RuleOutcome, RuleRequest, ask, check_fallback,
};
use crate::session::Session;
use crate::simulation::{ReadyFunctions, STACK};
use cloud::{Cloud, Stack};

/// Invoke the deployed function for one message, as WorkMail does.
///
/// Invokes the function with the same event until it returns a verdict or the rule's timeout is
/// over, checks the verdict against WorkMail's contract, and shows what would happen for each
/// recipient. This starts a real execution, with all that its states do, so it asks first. Without
/// --event, the event is a new one, as `deployer event` creates it. No message exists for it, so a
/// state machine that reads the message's content does not find it. An event that was used before
/// gets the same verdict as before.
///
/// AWS does not document the schedule of WorkMail's retries: the schedule here is an assumption,
/// and shorter.
///
/// With --function, one function of the flow is invoked, once, with the unchanged event, and its
/// answer is printed. With --local, it runs on this machine and cannot reach anything outside
/// unless --real-functions allows it; its log goes to stderr. The exit code is 1 if the function
/// fails.
///
/// Exits with 0 if there is a verdict that WorkMail accepts, and with 1 if there is none. Ctrl-C
/// ends the retries and exits with 5, because the execution continues.
#[derive(Debug, Clone, clap::Args)]
pub struct InvokeArgs {
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
    /// File with the event, as JSON, instead of one that the options describe
    #[arg(long, value_name = "FILE", conflicts_with = "MessageArgs")]
    pub event: Option<PathBuf>,
    /// Give the event of --event a new invocation ID, which makes it another message
    #[arg(long, requires = "event")]
    pub new_id: bool,
    /// For how many minutes to retry, 0 to 240; the timeout of WorkMail's rule cannot be read
    #[arg(long, value_name = "MINUTES", default_value_t = 10,
          value_parser = clap::value_parser!(u16).range(0..=240))]
    pub rule_timeout: u16,
    /// Invoke once, as a rule with a timeout of 0 does
    #[arg(long, conflicts_with = "rule_timeout")]
    pub once: bool,
    /// Fallback action of the rule, to show what happens for recipients without a verdict
    #[arg(long, value_name = "ACTION")]
    pub fallback: Option<Fallback>,
    /// Invoke without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// Function of the flow to invoke, instead of the handler
    #[arg(long, value_name = "NAME", conflicts_with_all = ["rule_timeout", "once", "fallback"])]
    pub function: Option<String>,
    /// Run the function on this machine, without AWS
    #[arg(long, requires = "function")]
    pub local: bool,
    /// Message flow of the function, a folder or a built-in one; for --local
    #[arg(long, value_name = "NAME|DIR")]
    pub flow: Option<String>,
    /// Value of one of the flow's parameters; may be repeated; for --local
    #[arg(long, value_name = "KEY=VALUE")]
    pub parameter: Vec<String>,
    /// How the function runs on this machine.
    #[command(flatten)]
    pub functions: FunctionsArgs,
    /// What a new event says.
    #[command(flatten, next_help_heading = "Options for a new event")]
    pub message: MessageArgs,
}

/// Fails when an input is invalid, there is no function, AWS refuses, or there is no verdict.
pub(super) async fn run(
    args: &InvokeArgs,
    session: &mut Session<'_>,
) -> Result<Exit, CommandError> {
    let name = args.stack.name()?;
    let event = event(args, session.host)?;
    if let Some(function) = &args.function {
        let function = FunctionName::parse(function).map_err(|finding| {
            bad_values(vec![Finding { location: "--function".to_owned(), ..finding }])
        })?;
        return match args.local {
            true => run_here(args, session, &function, &event).await,
            false => invoke_function(args, session, &function, &event).await,
        };
    }
    let message = Message::parse(&event);
    if let Err(fault) = &message {
        session.log(&report::no_message(fault));
    }
    let message = message.as_ref().ok();
    check_fallback(args.fallback, message, "--fallback")
        .map_err(|fault| bad_values(vec![fault]))?;
    let cloud = session.connect().await?;
    let stack = lookup::stack(&cloud, name.as_str()).await?;
    let function = function(&stack)?;
    let rule = deployed_rule(&lookup::template(&cloud, &stack).await?);
    let minutes = if args.once { 0 } else { args.rule_timeout };
    let rule_timeout = Duration::from_secs(u64::from(minutes) * 60);
    let about = report::about_to_invoke(function, machine_arn(&stack), message, rule, rule_timeout);
    session.remark(&about);
    session.confirm(args.yes, "Invoke it?", "nothing was invoked").await?;
    let request = RuleRequest { function, event: &event, message, rule, rule_timeout };
    let Some(invocations) = until_interrupted(session, &cloud, request).await else {
        session
            .log("\ninterrupted: no more retries; an execution that was started continues in AWS");
        return Ok(Exit::Detached);
    };
    conclude(args, session, request, &invocations?)
}

/// Runs a function of the flow on this machine.
/// Fails when the flow has no such function, or it cannot run here.
async fn run_here(
    args: &InvokeArgs,
    session: &mut Session<'_>,
    name: &FunctionName,
    event: &str,
) -> Result<Exit, CommandError> {
    let source = FlowSource::of(&None, &args.flow, &args.parameter);
    session.announce_flow(&source);
    let stack = args.stack.name()?;
    let flow = source.read(FlowStack { name: stack.as_str(), ..STACK }, None)?;
    session.remark_samples(&flow);
    let functions = &flow.belongings.functions;
    let Some(function) = functions.iter().find(|function| function.name == *name).cloned() else {
        let names = functions.iter().map(|function| function.name.as_str());
        let sentence = format!("flow {} has no function `{name}`", flow.name);
        let finding = Finding::error("unknown-function", "--function", sentence);
        return Err(bad_values(vec![finding.fix(instead(name.as_str(), names, "it has "))]));
    };
    let (runner, mut lines) = args.functions.runner(session)?;
    let ready =
        session.with_lines(&mut lines, ReadyFunctions::made(vec![function], &runner)).await?;
    session.warn_of_versions(&ready.other_versions);
    let asking = session.host.terminal.asking();
    let invoked = interrupt::unless_pressed(&asking, ready.functions.invoke(name.as_str(), event));
    let Some(reply) = session.with_lines(&mut lines, invoked).await else {
        return Err(CommandError::failed("interrupted before the end"));
    };
    let reply = reply.map_err(CommandError::usage)?;
    session.answer(&FunctionReply::of(name.as_str(), true, &reply));
    Ok(if reply.failed { Exit::Failed } else { Exit::Done })
}

/// Invokes a deployed function of the flow.
/// Fails when there is no stack, it is not confirmed, or AWS refuses.
async fn invoke_function(
    args: &InvokeArgs,
    session: &mut Session<'_>,
    name: &FunctionName,
    event: &str,
) -> Result<Exit, CommandError> {
    let cloud = session.connect().await?;
    let stack = lookup::stack(&cloud, args.stack.name()?.as_str()).await?;
    let template = lookup::template(&cloud, &stack).await?;
    let installed = InstalledCode::of(&template);
    let code = installed.iter().find(|code| code.function_id == name.function_id());
    let Some(called) = code.and_then(|code| code.function_name.as_deref()) else {
        let names: Vec<_> = installed
            .iter()
            .filter_map(|code| FunctionName::of_function_id(&code.function_id))
            .collect();
        let names = names.iter().map(FunctionName::as_str);
        let sentence = format!("the flow of stack {} has no function `{name}`", stack.name);
        return Err(CommandError::new(Exit::Work, Sentence(sentence)).hint(instead(
            name.as_str(),
            names,
            "it has ",
        )));
    };
    session.confirm(args.yes, &format!("Invoke function {called}?"), "nothing was invoked").await?;
    let reply = cloud.functions.invoke(called, event).await?;
    session.answer(&FunctionReply::of(name.as_str(), false, &reply));
    Ok(if reply.failed { Exit::Failed } else { Exit::Done })
}

/// The text of the event.
fn event(args: &InvokeArgs, host: &Host) -> Result<String, CommandError> {
    let Some(path) = &args.event else { return new_event::text(&args.message, host) };
    let text = file::read(path)?;
    match args.new_id {
        true => Ok(file::with_id(&text, &(host.new_id)().simple().to_string(), path)?),
        false => Ok(text),
    }
}

fn function(stack: &Stack) -> Result<&str, CommandError> {
    function_arn(stack).ok_or_else(|| {
        let Stack { name, status, .. } = stack;
        CommandError::failed(format!("stack {name} ({status}) has no function in its outputs"))
    })
}

/// Invokes until there is a verdict, the rule's timeout is over, or Ctrl-C is pressed.
async fn until_interrupted(
    session: &mut Session<'_>,
    cloud: &Cloud,
    request: RuleRequest<'_>,
) -> Option<Result<Invocations, CommandError>> {
    let interruption = session.host.terminal.asking();
    let mut report = |invocation: &Invocation| session.answer(invocation);
    let invocations = ask(cloud.functions.as_ref(), request, &mut report);
    let invocations = interrupt::unless_pressed(&interruption, invocations).await?;
    Some(invocations.map_err(CommandError::from))
}

/// Prints the result.
fn conclude(
    args: &InvokeArgs,
    session: &mut Session<'_>,
    request: RuleRequest<'_>,
    invocations: &Invocations,
) -> Result<Exit, CommandError> {
    let outcome = RuleOutcome::new(request, invocations, args.fallback);
    if session.is_text() {
        session.warn(&outcome.findings);
    }
    session.answer(&outcome);
    match invocations.ending {
        Ending::Verdict(_) | Ending::Started => Ok(Exit::Done),
        Ending::TimedOut | Ending::Rejected => {
            Err(no_verdict::error(invocations, request.rule_timeout, &session.next))
        }
    }
}
