//! The commands of the AWS CLI with which a pipeline deploys an export.

use std::path::Path;

use super::style::{BOLD, styled};
use crate::plan::export::{Export, TEMPLATE};
use crate::plan::{DesiredStack, MAX_BODY};

/// The commands for an export in `folder`.
pub fn pipeline(desired: &DesiredStack, export: &Export, folder: &Path) -> String {
    let path = |name: &str| folder.join(name).display().to_string();
    let Export { bucket, codes, files } = export;
    let (region, stack) = (&desired.region, &desired.name);
    let mut deploy = format!(
        "aws cloudformation deploy --region {region} --stack-name {stack} --capabilities {} \
         --template-file \"{}\"",
        desired.template.capability(),
        path(TEMPLATE)
    );
    let template = files.iter().find(|file| file.name == TEMPLATE);
    if template.is_some_and(|template| template.content.len() > MAX_BODY) {
        deploy.push_str(&format!(" --s3-bucket {bucket}"));
    }
    let tags: Vec<_> =
        desired.tags.given().map(|(key, value)| format!(" \"{key}={value}\"")).collect();
    if !tags.is_empty() {
        deploy.push_str(&format!(" --tags{}", tags.concat()));
    }
    let copies = codes.iter().map(|(name, key)| {
        format!("  aws s3 cp --region {region} \"{}\" s3://{bucket}/{key}\n", path(name))
    });
    let heading = styled(BOLD, "What a pipeline does with them:");
    format!("{heading}\n{}  {deploy}", copies.collect::<String>())
}
