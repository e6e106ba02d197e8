//! Connecting to AWS.

use super::Session;
use crate::config::{Organizations, Origin, bad_values, quoted};
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::finding::Finding;
use crate::report;
use cloud::{Access, CallObserver, Cloud, CodeNeeded, Codes, Connect, ConnectError};

/// A region, and where it comes from.
pub struct Region {
    pub name: String,
    pub origin: Origin,
}

impl Session<'_> {
    /// Connects to the region of the organizations in the settings, else to the configured one.
    /// Fails when there is no region, another one is set than the organizations', or the AWS
    /// configuration files cannot be used.
    pub async fn connect(&mut self) -> Result<Cloud, CommandError> {
        match self.organizations()? {
            Some(organizations) => self.connect_for(&organizations).await,
            None => {
                let region = self.region(None).await?;
                self.connect_to(region).await
            }
        }
    }

    /// Connects to the region of the organizations. That the account is theirs too is for
    /// [`check_account`](crate::plan::survey::check_account).
    /// Fails when another region is set, or the AWS configuration files cannot be used.
    pub async fn connect_for(
        &mut self,
        organizations: &Organizations,
    ) -> Result<Cloud, CommandError> {
        let region = self.region(Some(organizations)).await?;
        self.connect_to(region).await
    }

    async fn connect_to(&mut self, region: Option<Region>) -> Result<Cloud, CommandError> {
        let region = region.ok_or_else(no_region)?;
        let access = Access { region: Some(region.name), ..self.access() };
        self.open(access).await
    }

    /// The organizations in the settings, even if the command does not use them otherwise.
    /// Fails when an ARN is invalid.
    pub fn organizations(&self) -> Result<Option<Organizations>, CommandError> {
        match &self.layers.organizations[..] {
            [] => Ok(None),
            arns => Organizations::parse(arns).map(Some).map_err(bad_values),
        }
    }

    /// The region of the organizations, else the one that is set, else the one of the AWS environment
    /// variables or the profile.
    /// Fails when another region is set than the organizations'.
    pub async fn region(
        &self,
        organizations: Option<&Organizations>,
    ) -> Result<Option<Region>, CommandError> {
        let set = self.global.region.clone().map(|name| {
            let origin = self.layers.origins.of("region");
            Region { name, origin }
        });
        let theirs = organizations.map(|organizations| Region {
            name: organizations.region().to_owned(),
            origin: Origin::Organization(Box::new(self.layers.origins.of("org-arn"))),
        });
        match (set, theirs) {
            (Some(set), Some(theirs)) if set.name != theirs.name => {
                let sentence = format!(
                    "the region is `{}`, but the organization and its flow are in `{}`: omit the \
                     region",
                    set.name.escape_debug(),
                    theirs.name
                );
                Err(bad_values(vec![Finding::error("region", "--region", sentence)]))
            }
            (Some(set), _) => Ok(Some(set)),
            (None, Some(theirs)) => Ok(Some(theirs)),
            (None, None) => {
                let configured = self.host.connect.configured_region(&self.access()).await?;
                Ok(configured.map(|configured| Region {
                    name: configured.region,
                    origin: Origin::Aws(configured.origin),
                }))
            }
        }
    }

    /// Opens the connection; asks for the codes of multi-factor devices that it needs.
    /// Fails when the configuration cannot be used, or a code is needed and it cannot prompt.
    pub async fn open(&mut self, access: Access) -> Result<Cloud, CommandError> {
        self.opened(access, async |connect, access| connect.connect(access).await).await
    }

    /// Opens a connection to each of these regions; the credentials are the same for all of them.
    /// Fails as [`open`](Self::open).
    pub async fn open_regions(&mut self, regions: &[String]) -> Result<Vec<Cloud>, CommandError> {
        let access = Access { region: regions.first().cloned(), ..self.access() };
        self.opened(access, async |connect, access| connect.connect_to(access, regions).await).await
    }

    async fn opened<T>(
        &mut self,
        mut access: Access,
        open: impl AsyncFn(&dyn Connect, &Access) -> Result<T, ConnectError>,
    ) -> Result<T, CommandError> {
        for remark in self.host.connect.remarks(&access).await {
            self.log(&format!("note: {remark}"));
        }
        loop {
            match open(&*self.host.connect, &access).await {
                Ok(opened) => return Ok(opened),
                Err(ConnectError::Unusable(unusable)) => return Err(unusable.into()),
                Err(ConnectError::Call(error)) => return Err(error.into()),
                Err(ConnectError::Code(needed)) => {
                    let code = self.code(&needed).await?;
                    access.codes.add(&needed.profile, &code);
                }
            }
        }
    }

    /// Asks for the code of a multi-factor device.
    async fn code(&mut self, needed: &CodeNeeded) -> Result<String, CommandError> {
        let (profile, device) = (quoted(&needed.profile), quoted(&needed.device));
        let sentence = if !(self.is_text() && self.host.terminal.is_interactive()) {
            format!(
                "profile `{profile}` needs a code from the MFA device {device}, and this command \
                 cannot prompt for it"
            )
        } else {
            let question = format!("Code from the MFA device {device} for profile `{profile}`:");
            match self.host.terminal.ask(&question).await {
                Some(code) if is_code(&code) => return Ok(code),
                Some(_) => "the code from an MFA device has six digits".to_owned(),
                None => "no code was entered".to_owned(),
            }
        };
        let hint = format!(
            "run the command on a terminal and without `--output json`, or get credentials first: \
             `aws configure export-credentials --profile {profile} --format env` asks for the code \
             and prints the variables to set"
        );
        Err(CommandError::new(Exit::Denied, Sentence(sentence)).hint(hint))
    }

    /// Shows each call as soon as it has ended, if that is asked for.
    fn calls(&self) -> CallObserver {
        if !self.global.verbose {
            return CallObserver::default();
        }
        let screen = self.host.terminal.aside();
        CallObserver::new(move |call| screen.tell_aside(&report::call(call)))
    }

    /// How to reach AWS, as far as the command line says.
    pub fn access(&self) -> Access {
        Access {
            region: self.global.region.clone(),
            profile: self.global.profile.clone(),
            endpoint_url: self.global.endpoint_url.clone(),
            workmail_endpoint_url: None,
            codes: Codes::default(),
            calls: self.calls(),
        }
    }
}

/// No region is set.
pub fn no_region() -> CommandError {
    let sentence = "no region is set, and neither the environment nor the profile has one";
    CommandError::usage(Sentence(sentence.to_owned())).hint(
        "set the organization, whose region is used, as `org-arn` in deployer.yaml or with \
         --org-arn ARN; or set the region with --region REGION",
    )
}

/// Whether a text can be the code of a multi-factor device.
fn is_code(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit())
}
