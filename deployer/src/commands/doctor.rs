//! `deployer doctor`.

use crate::config::{
    self, ArtifactArgs, ArtifactSettings, Network, NetworkArgs, Organizations, RoleArgs,
    RoleSettings, StackKey, StackKeyArgs, bad_values,
};
use crate::doctor::{self, Check, CheckResult, Target};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::options::flow_resources::FlowResourcesArgs;
use crate::options::stack::StackArgs;
use crate::options::workmail_endpoint::WorkMailArgs;
use crate::report::answers::Diagnosis;
use crate::session::Session;
use cloud::Access;

/// Check whether a flow can be installed, and what prevents it.
///
/// Checks the organization, the region, the credentials and their permissions, the stack, the
/// artifact bucket, the KMS key, and the quotas of the account. Writes nothing. Exits with 3 if
/// there is an error; a check without an answer from AWS is unknown, and not an error.
#[derive(Debug, Clone, clap::Args)]
pub struct DoctorArgs {
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
    /// Role that CloudFormation assumes; its permissions are checked too
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
    /// How to reach WorkMail.
    #[command(flatten)]
    pub workmail: WorkMailArgs,
}

/// Fails when the stack's name, the role or the flow cannot be used; everything else is a check.
pub async fn run(args: &DoctorArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let stack = args.stack.name()?;
    let role = config::role_arn(args.role_arn.as_deref());
    let role = role.map_err(|fault| bad_values(vec![fault]))?;
    let flow_resources = args.flow_resources.resources()?;
    let organizations = Organizations::parse(&args.stack.org_arn);
    let roles = RoleSettings::parse(&args.roles, organizations.as_ref().ok());
    let artifacts = ArtifactSettings::parse(&args.artifacts, organizations.as_ref().ok());
    let network = Network::parse(&args.network);
    let key = StackKey::parse(&args.key, organizations.as_ref().ok());
    let (roles, artifacts, network, key) = match (roles, artifacts, network, key) {
        (Ok(roles), Ok(artifacts), Ok(network), Ok(key)) => (roles, artifacts, network, key),
        (roles, artifacts, network, key) => {
            let faults = roles.err().into_iter().chain(artifacts.err()).chain(network.err());
            let faults = faults.chain(key.err()).flatten();
            return Err(bad_values(faults.collect()));
        }
    };
    let access = Access {
        workmail_endpoint_url: args.workmail.workmail_endpoint_url.clone(),
        ..session.access()
    };
    let region = session.region(organizations.as_ref().ok()).await;
    let (region, contradiction) = match region {
        Ok(region) => (region.map(|region| region.name), None),
        Err(mut error) if !error.findings.is_empty() => (None, Some(error.findings.remove(0))),
        Err(error) => return Err(error),
    };
    let target = Target {
        organizations: organizations.as_ref().map_err(Vec::as_slice),
        stack: &stack,
        role: role.as_deref(),
        roles: &roles,
        artifacts: &artifacts,
        in_vpc: network.is_some(),
        key: key.as_ref(),
        region: region.as_deref(),
        contradiction: contradiction.as_ref(),
        flow_resources: &flow_resources,
        now: session.now(),
        next: &session.next.clone(),
    };
    let mut checks = doctor::local_checks(&target);
    checks.extend(aws_checks(session, access, &target).await);
    checks.push(doctor::calendar_check(session.now()));
    checks.iter().for_each(|check| session.answer(check));
    session.answer(&Diagnosis::of(&checks));
    let has_errors = checks.iter().any(|check| check.outcome == CheckResult::Error);
    Ok(if has_errors { Exit::Work } else { Exit::Done })
}

async fn aws_checks(session: &mut Session<'_>, access: Access, target: &Target<'_>) -> Vec<Check> {
    let theirs = target.organizations.ok().map(|organizations| organizations.region());
    let Some(region) = theirs.or(target.region) else {
        return doctor::not_checked("it is not clear which region to check").collect();
    };
    let access = Access { region: Some(region.to_owned()), ..access };
    match session.open(access).await {
        Ok(cloud) => doctor::aws_checks(&cloud, target).await,
        Err(error) => doctor::unconnected(&error),
    }
}
