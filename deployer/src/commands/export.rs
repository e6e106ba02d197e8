//! `deployer export`.

use std::path::PathBuf;

use crate::config::{BucketName, Config, FlowArgs, bad_values};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::folder;
use crate::plan::export::Export;
use crate::report::answers::Exported;
use crate::session::Session;

/// Write template, handler and parameters into a folder, for a pipeline of one's own.
///
/// Needs no credentials and no network. The folder has to be empty, or not to exist yet. The handler has to
/// be put into a bucket before the stack is made; which one is a parameter of the template. A stack that is
/// made that way is not the deployer's: `up` and `down` leave it alone.
#[derive(Debug, Clone, clap::Args)]
pub struct ExportArgs {
    /// The folder
    pub dir: PathBuf,
    /// What describes the flow.
    #[command(flatten)]
    pub flow: FlowArgs,
    /// Bucket into which your pipeline puts the handler [default: the one that `up` would make]
    #[arg(long, value_name = "NAME")]
    pub bucket: Option<String>,
}

/// Fails when an input is faulty, or the folder has content or cannot be written.
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
