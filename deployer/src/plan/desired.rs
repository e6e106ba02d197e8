//! What is wanted: the stack, its template, and the objects that have to be in the artifact bucket.

use crate::artifact::architecture::Architecture;
use crate::artifact::{Artifact, Origin, embedded};
use crate::config::{Config, StackName, Tags};
use crate::digest::sha256;
use crate::flow::Flow;
use crate::installation::{bucket_name, prefix};
use crate::template::{self, Placed, RenderError, Template, Values};
use cloud::{ChangeSetType, StackOptions, TemplateSource};

/// The largest template that a request may carry, in bytes; larger ones go through S3.
/// Source: CloudFormation quotas, "Template body size in a request".
pub const MAX_BODY: usize = 51_200;

/// Everything `up` wants to be true.
#[derive(Debug, Clone)]
pub struct Desired {
    /// The stack.
    pub stack_name: StackName,
    /// Its region.
    pub region: String,
    /// Its account.
    pub account: String,
    /// The function's name.
    pub function_name: String,
    /// Whether a stack of the original application may be taken over; nothing else is done then.
    pub adopt: bool,
    /// Whether anybody said which flow it is; else it is the default.
    pub names_a_flow: bool,
    /// The processor that the function is given: the one that the handler was built for.
    pub architecture: Architecture,
    /// Where the handler comes from.
    pub origin: Origin,
    /// Whether the handler is for the machine that built the deployer only because arm64 could not be
    /// had there.
    pub fell_back: bool,
    /// The stack's tags.
    pub tags: Tags,
    /// The template.
    pub template: Template,
    /// Where CloudFormation finds the template.
    pub source: TemplateSource,
    /// The artifact bucket: one per account and region, whatever the number of stacks.
    pub bucket: String,
    /// What has to be in it, the handler first.
    pub uploads: Vec<Upload>,
    /// Whether what was changed outside is brought back to the template, even where the template stays
    /// as it is.
    pub revert_drift: bool,
    /// How CloudFormation carries it out.
    pub handling: StackOptions,
    /// Whether the stack is protected from deletion in the end; where not, its protection stays as it is.
    pub protect: bool,
    /// Whether the change set is executed, or only made.
    pub execute: bool,
    /// The change set's name, where it matters.
    pub change_set_name: Option<String>,
}

/// An object whose key holds the hash of its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// What it is, for people: `handler` or `template`.
    pub what: &'static str,
    /// Its key.
    pub key: String,
    /// Its content.
    pub body: Vec<u8>,
}

impl Desired {
    /// Renders the template and names everything. No network, no clock: the same inputs give the same
    /// bytes. It is to be carried out in the usual way; [`Self::handling`], [`Self::protect`],
    /// [`Self::execute`] and [`Self::adopt`] can be set to another one.
    ///
    /// # Errors
    /// When the template cannot be rendered with these values.
    pub fn new(config: &Config, flow: &Flow, artifact: &Artifact) -> Result<Self, RenderError> {
        Self::called(None, config, flow, artifact)
    }

    /// The same for a stack that is or was taken over, whose function is called `function_name`.
    ///
    /// # Errors
    /// When the template cannot be rendered with these values.
    pub fn taken_over(
        function_name: &str,
        config: &Config,
        flow: &Flow,
        artifact: &Artifact,
    ) -> Result<Self, RenderError> {
        Self::called(Some(function_name), config, flow, artifact)
    }

    fn called(
        given_name: Option<&str>,
        config: &Config,
        flow: &Flow,
        artifact: &Artifact,
    ) -> Result<Self, RenderError> {
        let region = config.organizations.region().to_owned();
        let account = config.organizations.account().to_owned();
        let bucket = bucket_name(&account, &region);
        let prefix = prefix(&config.stack_name);
        let key = format!("{prefix}{}.zip", artifact.digest);
        let architecture = artifact.architecture.to_string();
        let placed = Placed {
            sha256: &artifact.digest,
            architecture: &architecture,
            bucket: &bucket,
            key: &key,
        };
        let values = Values::new(config, flow, &placed, given_name.is_some());
        let template = template::render(&values)?;
        let mut uploads = vec![Upload { what: "handler", key, body: artifact.zip.to_vec() }];
        let body = template.body();
        let source = if body.len() <= MAX_BODY {
            TemplateSource::Body(body)
        } else {
            let key = format!("{prefix}{}.template.json", sha256(body.as_bytes()));
            uploads.push(Upload { what: "template", key: key.clone(), body: body.into_bytes() });
            TemplateSource::Object { bucket: bucket.clone(), key }
        };
        Ok(Self {
            function_name: given_name
                .map_or_else(|| config.stack_name.function_name(), str::to_owned),
            adopt: false,
            names_a_flow: config.names_a_flow(),
            stack_name: config.stack_name.clone(),
            region,
            account,
            architecture: artifact.architecture,
            fell_back: artifact.origin == Origin::Embedded && embedded::fell_back(),
            origin: artifact.origin.clone(),
            tags: config.tags.clone(),
            template,
            source,
            bucket,
            uploads,
            revert_drift: false,
            handling: StackOptions::default(),
            protect: false,
            execute: true,
            change_set_name: None,
        })
    }

    /// What a change set is told: first creations are never made in express mode, and only they can be told
    /// what happens when they fail.
    #[must_use]
    pub fn handling_of(&self, kind: ChangeSetType) -> StackOptions {
        let handling = self.handling.clone();
        match kind {
            ChangeSetType::Create => StackOptions { express: false, ..handling },
            ChangeSetType::Update => StackOptions { on_stack_failure: None, ..handling },
        }
    }

    /// Where this stack's objects lie in the bucket. Each stack has its own prefix, so that removing
    /// one never takes what another's rollback needs.
    #[must_use]
    pub fn prefix(&self) -> String {
        prefix(&self.stack_name)
    }
}
