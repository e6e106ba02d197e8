//! `deployer export`.

use crate::explain;
use std::path::PathBuf;

use serde::Serialize;

use crate::config::FlowArgs;
use crate::config::{BucketName, bad_values};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::folder;
use crate::host::Host;
use crate::host::terminal::OutputFormat;
use crate::plan::export::Export;
use crate::plan::inputs;
use crate::report;
use crate::session::GlobalArgs;

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

/// Runs the command.
///
/// # Errors
/// When an input is faulty, or the folder has content or cannot be written.
pub(super) fn run(
    args: &ExportArgs,
    global: &GlobalArgs,
    world: &mut Host,
) -> Result<Exit, CommandError> {
    let bucket = args.bucket.as_deref().map(BucketName::parse).transpose();
    let bucket = bucket.map_err(|fault| bad_values(vec![fault]))?;
    let wanted = inputs::wanted(&args.flow)?;
    let desired = &wanted.desired;
    let bucket = bucket.as_ref().map_or(desired.bucket.as_str(), BucketName::as_str);
    let export = Export::new(desired, bucket).map_err(explain::inputs::render_error)?;
    folder::fill(&args.dir, &export.files)?;
    for line in report::warnings(&wanted.warnings) {
        world.terminal.tell(&line);
    }
    let files = export.files.iter().map(|file| args.dir.join(&file.name).display().to_string());
    match global.output {
        OutputFormat::Text => {
            files.for_each(|path| world.answer(&path));
            world.terminal.tell(&report::pipeline(desired, &export, &args.dir));
        }
        OutputFormat::Json => world.answer_object(
            "exported",
            &Answer {
                stack_name: desired.stack_name.as_str(),
                region: &desired.region,
                bucket: &export.bucket,
                key: &export.key,
                files: files.collect(),
                warnings: &wanted.warnings,
            },
        ),
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Answer<'a> {
    stack_name: &'a str,
    region: &'a str,
    bucket: &'a str,
    key: &'a str,
    files: Vec<String>,
    warnings: &'a [crate::finding::Finding],
}
