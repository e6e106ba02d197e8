//! The desired state: the stack, its template, and the objects that have to be in the artifact bucket.

use super::ApplyOptions;
use crate::artifact::architecture::Architecture;
use crate::artifact::functions::Package;
use crate::artifact::{Artifact, Origin, embedded};
use crate::config::{Config, StackName, Tags};
use crate::digest::sha256;
use crate::flow::Flow;
use crate::installation::ArtifactPlace;
use crate::installation::logical_ids::FUNCTION;
use crate::template::{
    self, Adopted, Overlay, Placed, PlacedFunction, RenderError, Template, Values,
};
use cloud::{KNOWN_AFTER_APPLY, TemplateSource};
use serde_json::Value;

/// The largest template that a request may carry, in bytes; larger ones go through S3.
/// Source: CloudFormation quotas, "Template body size in a request".
pub const MAX_BODY: usize = 51_200;

/// The goal of a run of `up`, and how it may get there.
#[derive(Debug, Clone)]
pub struct Desired {
    /// The desired stack.
    pub stack: DesiredStack,
    /// How this run may get there.
    pub options: ApplyOptions,
}

/// A desired stack.
#[derive(Debug, Clone)]
pub struct DesiredStack {
    pub name: StackName,
    pub region: String,
    pub account: String,
    /// The name of the function.
    pub function_name: String,
    /// Whether the inputs name a flow; otherwise it is the default flow.
    pub names_a_flow: bool,
    /// The architecture of the function: the one that the handler was built for.
    pub architecture: Architecture,
    /// Where the handler comes from.
    pub origin: Origin,
    /// Whether the handler is for the architecture of the machine that built the deployer only because
    /// arm64 was not available there.
    pub fell_back: bool,
    pub tags: Tags,
    pub template: Template,
    /// Where CloudFormation finds the template.
    pub template_source: TemplateSource,
    /// Where the artifacts are. The deployer's own bucket is one per account and region, shared by all stacks;
    /// each stack has its own prefix, so that removing one never takes what the rollback of another needs.
    pub artifacts: ArtifactPlace,
    /// The KMS key that encrypts them; S3's own if there is none.
    pub kms_key: Option<String>,
    /// The objects that have to be in the bucket, each under another key: the handler first, then the functions of the
    /// flow, then the template if it is too large for a request.
    pub uploads: Vec<Upload>,
}

/// An object whose key contains the hash of its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// What it is, for people: `handler`, `function translate` or `template`.
    pub what: String,
    /// The logical ids of the functions whose code it is; none for the template.
    pub code_of: Vec<String>,
    pub key: String,
    /// SHA-256 of the body in hexadecimal digits.
    pub sha256: String,
    pub body: Vec<u8>,
}

/// The version of a code's object that the template names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeVersion<'a> {
    /// None: the current one counts.
    Unnamed,
    /// This one.
    Known(&'a str),
    /// The one that will be uploaded.
    New,
}

impl DesiredStack {
    /// Renders the template and names everything. No network, no clock: the same inputs give the same
    /// bytes. `packages` is the code of the flow's functions, in their order; `adopted` is what the template of a stack that is or was adopted keeps.
    /// Fails when the template cannot be rendered with these values.
    pub fn new(
        config: &Config,
        flow: &Flow,
        artifact: &Artifact,
        packages: &[Package],
        adopted: Option<&Adopted>,
    ) -> Result<Self, RenderError> {
        let region = config.organizations.region().to_owned();
        let account = config.organizations.account().to_owned();
        let given = config.artifacts.bucket.as_ref();
        let artifacts = ArtifactPlace::new(account.clone(), &region, &config.stack_name, given);
        let kms_key = config.artifacts.key.as_ref().map(|key| key.as_str().to_owned());
        let key = artifacts.key(&artifact.digest, kms_key.as_deref(), "zip");
        let architecture = artifact.architecture.to_string();
        let placed = Placed {
            sha256: &artifact.digest,
            architecture: &architecture,
            bucket: &artifacts.bucket,
            key: &key,
        };
        let keys: Vec<String> = packages
            .iter()
            .map(|package| artifacts.key(&package.digest, kms_key.as_deref(), "zip"))
            .collect();
        let functions = flow.belongings.functions.iter().zip(packages).zip(&keys);
        let functions: Vec<_> = functions
            .map(|((function, package), key)| PlacedFunction {
                function,
                sha256: &package.digest,
                key,
                sources: &package.sources,
            })
            .collect();
        let values = Values::new(config, flow, &placed, &functions, adopted);
        let template = template::render(&values, &Overlay::of(config, flow)?)?;
        let mut uploads = vec![Upload {
            what: "handler".to_owned(),
            code_of: vec![FUNCTION.to_owned()],
            key,
            sha256: artifact.digest.clone(),
            body: artifact.zip.to_vec(),
        }];
        for (package, key) in packages.iter().zip(keys) {
            add_code(&mut uploads, package, key);
        }
        let mut stack = Self {
            function_name: adopted.map_or_else(
                || config.stack_name.function_name(),
                |adopted| adopted.function_name.clone(),
            ),
            names_a_flow: config.names_a_flow(),
            name: config.stack_name.clone(),
            region,
            account,
            architecture: artifact.architecture,
            fell_back: artifact.origin == Origin::Embedded && embedded::fell_back(),
            origin: artifact.origin.clone(),
            tags: config.tags.clone(),
            template_source: TemplateSource::Body(String::new()),
            template,
            artifacts,
            kms_key,
            uploads,
        };
        stack.place_template();
        Ok(stack)
    }

    /// What Lambda calls a function of the stack, given its logical id.
    pub fn name_of(&self, function_id: &str) -> &str {
        let place = format!("/Resources/{function_id}/Properties/FunctionName");
        let named = self.template.document().pointer(&place).and_then(Value::as_str);
        named.filter(|_| function_id != FUNCTION).unwrap_or(&self.function_name)
    }

    /// The code among the objects that have to be in the bucket: the handler and the functions of the flow.
    pub fn code(&self) -> impl Iterator<Item = &Upload> {
        self.uploads.iter().filter(|upload| upload.is_code())
    }

    /// Names the version of a code's object in the template, so that no one can put other content
    /// under its key. Not in a given bucket, which may have no versions.
    pub fn pin(&mut self, key: &str, version: CodeVersion<'_>) {
        if self.artifacts.is_given {
            return;
        }
        let version = match version {
            CodeVersion::Unnamed => None,
            CodeVersion::Known(version) => Some(version),
            CodeVersion::New => Some(KNOWN_AFTER_APPLY),
        };
        for function in
            self.uploads.iter().filter(|one| one.key == key).flat_map(|one| &one.code_of)
        {
            self.template.pin_code(function, version);
        }
        self.place_template();
    }

    /// Decides where CloudFormation finds the template as it is now.
    fn place_template(&mut self) {
        self.uploads.retain(Upload::is_code);
        let body = self.template.body();
        self.template_source = if body.len() <= MAX_BODY {
            TemplateSource::Body(body)
        } else {
            let sha256 = sha256(body.as_bytes());
            let key = self.artifacts.key(&sha256, self.kms_key.as_deref(), "template.json");
            let (bucket, body) = (self.artifacts.bucket.clone(), body.into_bytes());
            let (what, code_of) = ("template".to_owned(), Vec::new());
            self.uploads.push(Upload { what, code_of, key: key.clone(), sha256, body });
            TemplateSource::Object { bucket, key }
        };
    }
}

/// Adds the code of a function. Functions with the same code share an object.
fn add_code(uploads: &mut Vec<Upload>, package: &Package, key: String) {
    let function = package.name.function_id();
    match uploads.iter_mut().find(|upload| upload.key == key) {
        Some(same) => {
            same.what.push_str(&format!(", function {}", package.name));
            same.code_of.push(function);
        }
        None => uploads.push(Upload {
            what: format!("function {}", package.name),
            code_of: vec![function],
            key,
            sha256: package.digest.clone(),
            body: package.zip.clone(),
        }),
    }
}

impl Upload {
    /// Whether it is the code of functions.
    pub fn is_code(&self) -> bool {
        !self.code_of.is_empty()
    }
}
