//! `deployer list`.

use handler::workmail::limits::REGIONS;

use crate::error::{CommandError, cloud_exit};
use crate::exit::Exit;
use crate::explain::regions;
use crate::health::{self, RegionFlows};
use crate::report::answers::{List, Refused};
use crate::session::{Session, no_region};

/// List the message flows of the account and region.
///
/// They are recognized by the tag `message-flow:managed-by`, which `up` gives to each stack,
/// including adopted ones. Shows the status, flow, organization, handler, and last change of each.
/// With --all-regions, reads every region where WorkMail exists, and the region that is set. If a
/// region cannot be read, it is listed with the reason, and the others are still shown. Needs no
/// organization; `permissions --for list` prints the policy that it needs.
///
/// Exits with 0 if every region could be read, even if there is no flow; with 4 if AWS denied
/// access to a region; and with 1 if a region could not be read for another reason. With 4 and 1,
/// the list is incomplete.
#[derive(Debug, Clone, clap::Args)]
pub struct ListArgs {
    /// Read every region where WorkMail exists, and the region that is set
    #[arg(long)]
    pub all_regions: bool,
}

/// Fails when there is no region, or none answers.
pub async fn run(args: &ListArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let asked = asked(args, session).await?;
    let clouds = session.open_regions(&asked).await?;
    let identity = clouds.first().map(|cloud| cloud.identity.clone());
    let several = asked.len() > 1;
    if several {
        session.remark(&format!("reading {}", asked.join(", ")));
    }
    let mut answered = 0;
    let regions = health::list(clouds, |region| {
        answered += 1;
        if several {
            let what = if region.flows.is_ok() { "answered" } else { "could not be read" };
            session.remark(&format!("{} {what} ({answered} of {})", region.region, asked.len()));
        }
    })
    .await;
    let mut flows = Vec::new();
    let mut refused = Vec::new();
    for RegionFlows { region, flows: found } in regions {
        match found {
            Ok(found) => flows.extend(found),
            Err(error) => refused.push((region, error)),
        }
    }
    if refused.len() == asked.len() {
        return Err(regions::none_answered(refused));
    }
    let account = match flows.first().and_then(|flow| flow.stack_id.split(':').nth(4)) {
        Some(account) => Some(account.to_owned()),
        None => match identity {
            Some(identity) => identity.caller().await.ok().map(|caller| caller.account),
            None => None,
        },
    };
    let exits: Vec<Exit> = refused.iter().map(|(_, error)| cloud_exit(error)).collect();
    let refused = refused.iter().map(|(region, error)| Refused {
        region: region.clone(),
        code: error.code.clone(),
        reason: regions::reason(error),
    });
    let refused = refused.collect();
    let list = List { account, regions: asked, all_regions: args.all_regions, flows, refused };
    session.answer(&list);
    list.warnings().iter().for_each(|warning| session.log(warning));
    Ok(match exits.as_slice() {
        [] => Exit::Done,
        exits if exits.contains(&Exit::Denied) => Exit::Denied,
        _ => Exit::Failed,
    })
}

/// The regions to read: the one that is set, then those where WorkMail exists.
async fn asked(args: &ListArgs, session: &Session<'_>) -> Result<Vec<String>, CommandError> {
    let organizations = session.organizations()?;
    let set = session.region(organizations.as_ref()).await?.map(|region| region.name);
    if !args.all_regions {
        return Ok(vec![set.ok_or_else(no_region)?]);
    }
    let mut asked: Vec<String> = set.into_iter().collect();
    for region in REGIONS {
        if !asked.iter().any(|one| one == region) {
            asked.push(region.to_owned());
        }
    }
    Ok(asked)
}
