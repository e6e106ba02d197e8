//! `deployer init`.

use std::path::PathBuf;

use crate::config::{FILE_NAME, bad_values};
use crate::document::suggestion::instead;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::folder::{self, File};
use crate::finding::Finding;
use crate::flow::{BUILT_IN, Manifest, built_in};
use crate::report::answers::Initialized;
use crate::session::Session;

/// Create a new flow from a built-in one.
///
/// The folder must be empty, or not exist yet; either all files are written, or none.
/// `deployer check --flow DIR` checks your flow, and `deployer up --flow DIR` installs it. A
/// `deployer.yaml` is written, too: in the folder, every command is about this flow.
#[derive(Debug, Clone, clap::Args)]
pub struct InitArgs {
    /// Folder
    pub dir: PathBuf,
    /// Built-in flow to start from; `deployer flows` lists them
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub from: String,
}

/// Fails when there is no such flow, or the folder has content or cannot be written.
pub fn run(args: &InitArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let Some(flow) = built_in(&args.from) else {
        let names = BUILT_IN.iter().map(|flow| flow.name);
        let sentence = format!("there is no built-in flow `{}`", args.from.escape_debug());
        let finding = Finding::error("unknown-flow", "--from", sentence);
        let fix = instead(&args.from, names, "the built-in flows are ");
        return Err(bad_values(vec![finding.fix(fix)]));
    };
    let mut files: Vec<File> = flow
        .files
        .iter()
        .map(|(name, text)| File { name: (*name).to_owned(), content: text.as_bytes().to_vec() })
        .collect();
    files.push(File {
        name: FILE_NAME.to_owned(),
        content: settings(&flow.manifest()?).into_bytes(),
    });
    folder::fill(&args.dir, &files)?;
    let path = |file: &File| args.dir.join(&file.name).display().to_string();
    let files = files.iter().map(path).collect();
    session.answer(&Initialized { from: flow.name, files, dir: &args.dir });
    Ok(Exit::Done)
}

/// A `deployer.yaml` for the folder. Values that only its owner knows are comments.
fn settings(manifest: &Manifest) -> String {
    let mut text = "# Settings of commands that run in this folder; options and DEPLOYER_... \
                    variables override them.\nflow: .\n\
                    # The organization whose mail passes through the flow:\n\
                    # org-arn: arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef\n"
        .to_owned();
    let open: Vec<_> = manifest.parameters.iter().filter(|one| one.default.is_none()).collect();
    if !open.is_empty() {
        text.push_str("# `up` needs values for these parameters (flow.yaml):\n# parameter:\n");
    }
    for parameter in open {
        let sample = parameter.sample.as_ref().map(ToString::to_string).unwrap_or_default();
        text.push_str(&format!("#   {}: {sample}\n", parameter.name));
    }
    text
}
