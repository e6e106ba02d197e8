//! Connecting to AWS.

use super::Session;
use crate::config::{Organizations, bad_values, quoted};
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::finding::Finding;
use cloud::{Access, Cloud, CodeNeeded, Codes, ConnectError};

impl Session<'_> {
    /// Connects to the region that is given or configured, for commands without an organization.
    /// Fails when there is no region, or the AWS configuration files cannot be used.
    pub async fn connect(&mut self) -> Result<Cloud, CommandError> {
        let mut access = self.access();
        let Some(region) = self.configured_region(&access).await? else {
            let sentence = "no region is given, and neither environment nor profile has one";
            return Err(bad_values(vec![Finding::error("region", "--region", sentence)]));
        };
        access.region = Some(region);
        self.open(access).await
    }

    /// Connects to the region of the organizations. That the account is theirs too is for
    /// [`check_account`](crate::plan::survey::check_account).
    /// Fails when another region is configured, or the AWS configuration files cannot be used.
    pub async fn connect_for(
        &mut self,
        organizations: &Organizations,
    ) -> Result<Cloud, CommandError> {
        let region = organizations.region();
        let mut access = self.access();
        if let Some(configured) = self.configured_region(&access).await?
            && configured != region
        {
            let sentence = format!(
                "the region is `{configured}`, but the organization is in `{region}`; the flow has to \
                 live in the organization's region: use --region {region}"
            );
            return Err(bad_values(vec![Finding::error("region", "--region", sentence)]));
        }
        access.region = Some(region.to_owned());
        self.open(access).await
    }

    /// Opens the connection; asks for the codes of multi-factor devices that it needs.
    /// Fails when what is configured cannot be used, or there is nobody to ask.
    pub async fn open(&mut self, mut access: Access) -> Result<Cloud, CommandError> {
        for remark in self.host.connect.remarks(&access).await {
            self.log(&format!("note: {remark}"));
        }
        loop {
            match self.host.connect.connect(&access).await {
                Ok(cloud) => return Ok(cloud),
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
                "profile `{profile}` needs a code of the MFA device {device}, and nobody can be asked"
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

    /// The region of the command line, else the one of environment or profile.
    /// Fails when the profile does not exist, or the configuration files cannot be used.
    pub async fn configured_region(&self, access: &Access) -> Result<Option<String>, CommandError> {
        match &access.region {
            Some(region) => Ok(Some(region.clone())),
            None => Ok(self.host.connect.configured_region(access).await?),
        }
    }

    /// How to reach AWS, as far as the command line says.
    pub fn access(&self) -> Access {
        Access {
            region: self.global.region.clone(),
            profile: self.global.profile.clone(),
            endpoint_url: self.global.endpoint_url.clone(),
            workmail_endpoint_url: None,
            codes: Codes::default(),
        }
    }
}

/// Whether a text can be the code of a multi-factor device.
fn is_code(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit())
}
