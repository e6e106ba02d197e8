//! `deployer export`.

use std::path::PathBuf;

use crate::config::{BucketName, Config, FlowArgs, bad_values};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::folder;
use crate::plan::export::Export;
use crate::report::answers::Exported;
use crate::session::Session;

/// Write template, handler, and parameters for your own pipeline.
///
/// Needs no credentials and no network. The folder must be empty, or not exist yet. Your pipeline
/// must upload the handler to a bucket before it creates the stack; the bucket is a parameter of
/// the template. `up` and `down` do not change a stack that was created this way.
#[derive(Debug, Clone, clap::Args)]
pub struct ExportArgs {
    /// Folder
    pub dir: PathBuf,
    /// What describes the flow.
    #[command(flatten)]
    pub flow: FlowArgs,
    /// Bucket to which your pipeline uploads the handler [default: the one that `up` would create]
    #[arg(long, value_name = "NAME")]
    pub bucket: Option<String>,
}

/// Fails when an input is invalid, or the folder has content or cannot be written.
pub async fn run(args: &ExportArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let bucket = args.bucket.as_deref().map(|name| BucketName::parse(name, "bucket")).transpose();
    let bucket = bucket.map_err(|fault| bad_values(vec![fault]))?;
    let (stack, warnings) = session.inputs(Config::from_args(&args.flow)?).await?.render()?;
    let bucket = bucket.as_ref().map_or(stack.artifacts.bucket.as_str(), BucketName::as_str);
    let export = Export::new(&stack, bucket)?;
    folder::fill(&args.dir, &export.files)?;
    session.warn(&warnings);
    session.answer(&Exported::of(&stack, &export, &args.dir, &warnings));
    Ok(Exit::Done)
}
