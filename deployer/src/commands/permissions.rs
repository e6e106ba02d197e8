//! `deployer permissions`.

use crate::config::{self, Organizations, bad_values};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::finding::Finding;
use crate::options::flow_resources::FlowResourcesArgs;
use crate::options::stack::StackArgs;
use crate::report::answers::Permissions;
use crate::rights::policy::policies;
use crate::rights::scope::Site;
use crate::rights::{Purpose, flow_resources, rights};
use crate::session::Session;

/// Print the IAM policy that is needed to run deployer, and no more than that.
///
/// Needs no credentials and no network. The policy is for one stack in the account and region of the
/// organization: what deployer calls, and what CloudFormation does in the caller's name. With --flow, it is enough for
/// the resources of that flow, too, where they are named after the stack (docs/flows.md). With --role-arn,
/// CloudFormation acts with that role, and the caller needs less; --for cloudformation-role prints what the
/// role needs.
#[derive(Debug, Clone, clap::Args)]
pub struct PermissionsArgs {
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
    /// What is to be possible
    #[arg(long = "for", value_name = "WHAT", default_value = "deploy")]
    pub purpose: For,
    /// Role that CloudFormation acts with [default: the caller's own rights]
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,
    /// What the flow adds to the stack.
    #[command(flatten)]
    pub flow_resources: FlowResourcesArgs,
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

/// Fails when an option's value cannot be used.
pub fn run(args: &PermissionsArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let organizations = Organizations::parse(&args.stack.org_arn).map_err(bad_values)?;
    let stack = args.stack.name()?;
    let purpose = purpose(args).map_err(|fault| bad_values(vec![fault]))?;
    let site =
        Site { organizations: &organizations, stack: &stack, role: args.role_arn.as_deref() };
    let flow_resources = args.flow_resources.resources()?;
    session.warn(&flow_resources.findings(flow_resources::unknown));
    session.answer(&Permissions {
        stack_name: stack.as_str(),
        account: organizations.account(),
        region: organizations.region(),
        policies: policies(&rights(purpose, flow_resources.types()), &site),
    });
    Ok(Exit::Done)
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
