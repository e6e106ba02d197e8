//! `deployer permissions`.

use serde::Serialize;

use crate::config::{self, Organizations, StackName, bad_values};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::finding::Finding;
use crate::host::Host;
use crate::host::terminal::OutputFormat;
use crate::options::flow_resources::BroughtArgs;
use crate::report;
use crate::rights::policy::{Policy, policies};
use crate::rights::scope::Site;
use crate::rights::{Purpose, flow_resources, rights};
use crate::session::GlobalArgs;

/// Print the IAM policy that is needed to run deployer, and no more than that.
///
/// Needs no credentials and no network. The policy is for one stack in the account and region of the
/// organization: what deployer calls, and what CloudFormation does in the caller's name. With --flow, it is enough for
/// the resources of that flow, too, where they are named after the stack (docs/flows.md). With --role-arn,
/// CloudFormation acts with that role, and the caller needs less; --for cloudformation-role prints what the
/// role needs.
#[derive(Debug, Clone, clap::Args)]
pub struct PermissionsArgs {
    /// ARN of the WorkMail organization, which says account and region; repeat it for several
    #[arg(long, value_name = "ARN")]
    pub org_arn: Vec<String>,
    /// Name of the CloudFormation stack
    #[arg(long, value_name = "NAME", default_value = StackName::DEFAULT)]
    pub stack_name: String,
    /// What is to be possible
    #[arg(long = "for", value_name = "WHAT", default_value = "deploy")]
    pub purpose: For,
    /// Role that CloudFormation acts with [default: the caller's own rights]
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,
    /// What is brought along.
    #[command(flatten)]
    pub brought: BroughtArgs,
}

/// What is to be possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum For {
    /// Every command
    Deploy,
    /// The commands that only look, such as plan, status, check and doctor
    Read,
    /// Being the role that CloudFormation acts with
    CloudformationRole,
}

/// Runs the command.
///
/// # Errors
/// When an option's value cannot be used.
pub(super) fn run(
    args: &PermissionsArgs,
    global: &GlobalArgs,
    world: &mut Host,
) -> Result<Exit, CommandError> {
    let organizations = Organizations::parse(&args.org_arn).map_err(bad_values)?;
    let stack = StackName::parse(&args.stack_name).map_err(|fault| bad_values(vec![fault]))?;
    let purpose = purpose(args).map_err(|fault| bad_values(vec![fault]))?;
    let site =
        Site { organizations: &organizations, stack: &stack, role: args.role_arn.as_deref() };
    let brought = args.brought.resources()?;
    let unknown = brought.findings(flow_resources::unknown);
    report::warnings(&unknown).iter().for_each(|line| world.terminal.tell(line));
    let policies = policies(&rights(purpose, brought.types()), &site);
    match global.output {
        OutputFormat::Text => {
            for policy in &policies {
                world.answer(&report::policy(policy));
            }
            if let Some(line) = report::policy_remarks(&policies) {
                world.terminal.tell(&line);
            }
        }
        OutputFormat::Json => world.answer_object(
            "permissions",
            &Answer {
                stack_name: stack.as_str(),
                account: organizations.account(),
                region: organizations.region(),
                policies: &policies,
            },
        ),
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Answer<'a> {
    stack_name: &'a str,
    account: &'a str,
    region: &'a str,
    policies: &'a [Policy],
}

fn purpose(args: &PermissionsArgs) -> Result<Purpose, Finding> {
    let role = config::role_arn(args.role_arn.as_deref())?;
    match (args.purpose, role) {
        (For::Deploy, None) => Ok(Purpose::Deploy),
        (For::Deploy, Some(_)) => Ok(Purpose::DeployByRole),
        (For::Read, None) => Ok(Purpose::Read),
        (For::CloudformationRole, None) => Ok(Purpose::CloudFormation),
        (For::Read | For::CloudformationRole, Some(_)) => Err(Finding::error(
            "role-arn",
            "--role-arn",
            "a role for CloudFormation makes a difference only to who deploys (--for deploy)",
        )),
    }
}
