//! Connecting to AWS.

use super::GlobalArgs;
use crate::config::{Organizations, bad_values};
use crate::error::CommandError;
use crate::finding::Finding;
use crate::host::World;
use cloud::{Access, Cloud};

/// Connects to the organization's region. That it is the organization's account, too, [`look`] makes sure.
pub async fn reach(
    world: &World,
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
pub async fn configured_region(world: &World, access: &Access) -> Option<String> {
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
pub async fn connect_anywhere(world: &World, global: &GlobalArgs) -> Result<Cloud, CommandError> {
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
