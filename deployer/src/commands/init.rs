//! `deployer init`.

use std::path::PathBuf;

use crate::config::bad_values;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::folder::{self, File};
use crate::finding::Finding;
use crate::flow::{BUILT_IN, built_in};
use crate::report::answers::Initialized;
use crate::session::Session;

/// Copy a built-in message flow into a folder, to make a flow of one's own of it.
///
/// The folder has to be empty, or not to exist yet; either all files are written, or none. `deployer check --flow
/// DIR` checks what you make of it, and `deployer up --flow DIR` installs it.
#[derive(Debug, Clone, clap::Args)]
pub struct InitArgs {
    /// The folder
    pub dir: PathBuf,
    /// Built-in flow to start from; `deployer flows` lists them
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub from: String,
}

/// Fails when there is no such flow, or the folder has content or cannot be written.
pub fn run(args: &InitArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let Some(flow) = built_in(&args.from) else {
        let names: Vec<&str> = BUILT_IN.iter().map(|flow| flow.name).collect();
        let sentence = format!("there is no built-in flow `{}`", args.from.escape_debug());
        let finding = Finding::error("unknown-flow", "--from", sentence);
        return Err(bad_values(vec![finding.fix(format!("known are {}", names.join(", ")))]));
    };
    let files: Vec<File> = flow
        .files
        .iter()
        .map(|(name, text)| File { name: (*name).to_owned(), content: text.as_bytes().to_vec() })
        .collect();
    folder::fill(&args.dir, &files)?;
    let path = |file: &File| args.dir.join(&file.name).display().to_string();
    let files = files.iter().map(path).collect();
    session.answer(&Initialized { from: flow.name, files, dir: &args.dir });
    Ok(Exit::Done)
}
