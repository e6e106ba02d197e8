//! `deployer permissions`.

use std::path::{Path, PathBuf};

use crate::config::{
    self, ArtifactArgs, ArtifactSettings, Network, NetworkArgs, Organizations, RoleArgs,
    RoleSettings, StackKey, StackKeyArgs, bad_values, or_example,
};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::folder::{self, File};
use crate::finding::Finding;
use crate::options::flow_resources::FlowResourcesArgs;
use crate::options::stack::StackArgs;
use crate::report::answers::{Permissions, pretty};
use crate::rights::key_policy::key_policy;
use crate::rights::policy::{Policy, policies};
use crate::rights::scope::Site;
use crate::rights::{Purpose, flow_resources, needed};
use crate::session::Session;

/// Print the minimal IAM policy that deployer needs.
///
/// Needs no credentials and no network. Prints one JSON document: the policy, or a list of policies
/// if it is longer than IAM allows; --out writes each of them to a file. The policy is for
/// one stack in the account and region of the organization: what deployer calls, and what
/// CloudFormation does on behalf of the caller. With --flow, it also covers the resources of that
/// flow, if they are named after the stack (docs/reference/flow-files.md). With --role-arn,
/// CloudFormation assumes that role, and the caller needs less; --for cloudformation-role prints
/// what the role needs.
#[derive(Debug, Clone, clap::Args)]
pub struct PermissionsArgs {
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
    /// Which policy to print
    #[arg(long = "for", value_name = "WHAT", default_value = "deploy")]
    pub purpose: For,
    /// Role that CloudFormation assumes [default: the caller's own permissions]
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,
    /// What the roles of the stack have in common.
    #[command(flatten)]
    pub roles: RoleArgs,
    /// Where artifacts are stored.
    #[command(flatten)]
    pub artifacts: ArtifactArgs,
    /// Where the function is in a VPC.
    #[command(flatten)]
    pub network: NetworkArgs,
    /// What encrypts what the stack stores.
    #[command(flatten)]
    pub key: StackKeyArgs,
    /// What the flow adds to the stack.
    #[command(flatten)]
    pub flow_resources: FlowResourcesArgs,
    /// Folder to write the policies to, one file each, instead of printing them; it must be empty,
    /// or not exist yet
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Which policy to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum For {
    /// Every command
    Deploy,
    /// The commands that only read, such as plan, status, check, and doctor
    Read,
    /// `list`, which reads all stacks of the account, in every region
    List,
    /// The role that CloudFormation assumes
    CloudformationRole,
    /// The statement that the policy of the KMS key needs in addition, for CloudWatch Logs (--kms-key)
    KmsKey,
}

/// Fails when an option's value cannot be used.
pub fn run(args: &PermissionsArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let (org_arn, note) = or_example(&args.stack.org_arn);
    let organizations = Organizations::parse(&org_arn).map_err(bad_values)?;
    let stack = args.stack.name()?;
    let purpose = purpose(args).map_err(|fault| bad_values(vec![fault]))?;
    let roles = RoleSettings::parse(&args.roles, Some(&organizations)).map_err(bad_values)?;
    let artifacts = ArtifactSettings::parse(&args.artifacts, Some(&organizations));
    let artifacts = artifacts.map_err(bad_values)?;
    let network = Network::parse(&args.network).map_err(bad_values)?;
    let key = StackKey::parse(&args.key, Some(&organizations)).map_err(bad_values)?;
    let flow_resources = args.flow_resources.resources()?;
    let site = Site {
        organizations: &organizations,
        stack: &stack,
        role: args.role_arn.as_deref(),
        roles: &roles,
        artifacts: &artifacts,
        in_vpc: network.is_some(),
        key: key.as_ref(),
        functions: flow_resources.functions(),
    };
    note.into_iter().for_each(|note| session.remark(note));
    session.warn(&flow_resources.findings(flow_resources::unknown));
    let policies = match purpose {
        Some(purpose) => policies(&needed(purpose, flow_resources.types(), &site), &site),
        None => vec![key_policy(&site)],
    };
    let files = args.out.as_deref().map(|folder| write(folder, &policies)).transpose()?;
    session.answer(&Permissions {
        stack_name: stack.as_str(),
        account: organizations.account(),
        region: organizations.region(),
        policies,
        files,
    });
    Ok(Exit::Done)
}

/// Writes each policy to its own file.
fn write(folder: &Path, policies: &[Policy]) -> Result<Vec<String>, CommandError> {
    let files: Vec<File> = (1..)
        .zip(policies)
        .map(|(number, policy)| File {
            name: format!("policy-{number}.json"),
            content: format!("{}\n", pretty(&policy.document)).into_bytes(),
        })
        .collect();
    folder::fill(folder, &files)?;
    Ok(files.iter().map(|file| folder.join(&file.name).display().to_string()).collect())
}

/// The purpose; none for the policy of a key.
fn purpose(args: &PermissionsArgs) -> Result<Option<Purpose>, Finding> {
    let role = config::role_arn(args.role_arn.as_deref())?;
    match (args.purpose, role) {
        (For::Deploy, None) => Ok(Some(Purpose::Deploy)),
        (For::Deploy, Some(_)) => Ok(Some(Purpose::DeployByRole)),
        (For::Read, None) => Ok(Some(Purpose::Read)),
        (For::List, None) => Ok(Some(Purpose::List)),
        (For::CloudformationRole, None) => Ok(Some(Purpose::CloudFormation)),
        (For::KmsKey, None) => Ok(None),
        (For::Read | For::List | For::CloudformationRole | For::KmsKey, Some(_)) => {
            Err(Finding::error(
                "role-arn",
                "--role-arn",
                "a role for CloudFormation makes a difference only with --for deploy",
            ))
        }
    }
}
