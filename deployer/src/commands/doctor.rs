//! `deployer doctor`.

use crate::options::workmail_endpoint::WorkMailArgs;
use crate::session::legacy as connect;
use serde::Serialize;

use crate::config::{self, Organizations, StackName, bad_values};
use crate::doctor::{self, Check, Outcome, Setup};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::host::Host;
use crate::host::terminal::OutputFormat;
use crate::options::flow_resources::BroughtArgs;
use crate::report;
use crate::session::GlobalArgs;
use cloud::Access;

/// Look whether a message flow can be installed here, and what stands in its way.
///
/// Checks the organization, the region, the credentials and their permissions, the stack, the artifact
/// bucket, and what AWS grants the account. Writes nothing. What AWS does not tell is no error. Exits with 3
/// where there are errors.
#[derive(Debug, Clone, clap::Args)]
pub struct DoctorArgs {
    /// ARN of the WorkMail organization; repeat it for several
    #[arg(long, value_name = "ARN")]
    pub org_arn: Vec<String>,
    /// Name of the CloudFormation stack
    #[arg(long, value_name = "NAME", default_value = StackName::DEFAULT)]
    pub stack_name: String,
    /// Role that CloudFormation is to act with, whose permissions are looked at too
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,
    /// What is brought along.
    #[command(flatten)]
    pub brought: BroughtArgs,
    /// How to reach WorkMail.
    #[command(flatten)]
    pub workmail: WorkMailArgs,
}

/// Runs the command.
///
/// # Errors
/// When the stack's name, the role or the flow cannot be used; everything else is a check.
pub(super) async fn run(
    args: &DoctorArgs,
    global: &GlobalArgs,
    world: &mut Host,
) -> Result<Exit, CommandError> {
    let stack = StackName::parse(&args.stack_name).map_err(|fault| bad_values(vec![fault]))?;
    let role = config::role_arn(args.role_arn.as_deref());
    let role = role.map_err(|fault| bad_values(vec![fault]))?;
    let brought = args.brought.resources()?;
    let organizations = Organizations::parse(&args.org_arn);
    let access = Access {
        workmail_endpoint_url: args.workmail.workmail_endpoint_url.clone(),
        ..connect::access(global)
    };
    let region = connect::configured_region(world, &access).await;
    let setup = Setup {
        organizations: organizations.as_ref().map_err(Vec::as_slice),
        stack: &stack,
        role: role.as_deref(),
        configured_region: region.as_deref(),
        brought: &brought,
    };
    let mut checks = doctor::before(&setup);
    checks.extend(ask(world, access, &setup).await);
    checks.push(doctor::after((world.clock)()));
    tell(&checks, global, world);
    let sick = checks.iter().any(|check| check.outcome == Outcome::Error);
    Ok(if sick { Exit::Work } else { Exit::Done })
}

async fn ask(world: &Host, access: Access, setup: &Setup<'_>) -> Vec<Check> {
    let wanted = setup.organizations.ok().map(|organizations| organizations.region());
    let Some(region) = wanted.or(setup.configured_region) else {
        return doctor::unseen("it is not clear in which region to look").collect();
    };
    let access = Access { region: Some(region.to_owned()), ..access };
    match world.connect.connect(&access).await {
        Ok(cloud) => doctor::examine(&cloud, setup).await,
        Err(error) => doctor::unseen(&error.to_string()).collect(),
    }
}

fn tell(checks: &[Check], global: &GlobalArgs, world: &mut Host) {
    let count = |outcome: Outcome| checks.iter().filter(|check| check.outcome == outcome).count();
    let summary = Answer {
        ok: count(Outcome::Ok),
        warnings: count(Outcome::Warning),
        errors: count(Outcome::Error),
        could_not_tell: count(Outcome::CouldNotTell),
    };
    match global.output {
        OutputFormat::Text => {
            for line in checks.iter().flat_map(report::check) {
                world.answer(&line);
            }
            let Answer { ok, warnings, errors, could_not_tell } = summary;
            world.answer(&report::diagnosis(ok, warnings, errors, could_not_tell));
        }
        OutputFormat::Json => {
            for check in checks {
                world.answer_object("check", check);
            }
            world.answer_object("diagnosis", &summary);
        }
    }
}

#[derive(Serialize)]
struct Answer {
    ok: usize,
    warnings: usize,
    errors: usize,
    could_not_tell: usize,
}
