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
    /// Connects to the region of the organizations that the settings name, else to the configured one.
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

    /// The organizations that the settings name, even if the command has no use for them otherwise.
    /// Fails when an ARN is faulty.
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
                    "the region is `{}`, but the organization is in `{}`, and so is its flow: \
                     leave the region out",
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
    /// Fails when what is configured cannot be used, or there is no terminal to ask on.
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
                "profile `{profile}` needs a code of the MFA device {device}, and this command cannot ask for it"
            )
        } else {
            let question = format!("Code of the MFA device {device} for profile `{profile}`:");
            match self.host.terminal.ask(&question).await {
                Some(code) if is_code(&code) => return Ok(code),
                Some(_) => "the code of an MFA device is six digits".to_owned(),
                None => "no code was given".to_owned(),
            }
        };
        let hint = format!(
            "run the command on a terminal and without `--output json`, or get credentials before: \
             `aws configure export-credentials --profile {profile} --format env` asks for the code and \
             prints the variables to set"
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

/// Nothing names a region.
pub fn no_region() -> CommandError {
    let sentence = "no region is given, and neither environment nor profile has one";
    CommandError::usage(Sentence(sentence.to_owned())).hint(
        "name the organization, whose region it is, as `org-arn` in deployer.yaml or with \
         --org-arn ARN; or name the region with --region REGION",
    )
}

/// Whether a text can be the code of a multi-factor device.
fn is_code(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit())
}
