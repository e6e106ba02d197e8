//! `deployer man`.

use std::path::PathBuf;

use serde::Serialize;

use crate::command_line;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::folder::{self, File};
use crate::host::Host;
use crate::host::terminal::OutputFormat;
use crate::session::GlobalArgs;

/// Write the man pages into a folder: one for the program, one for each command.
///
/// The folder has to be empty, or not to exist yet.
#[derive(Debug, Clone, clap::Args)]
pub struct ManArgs {
    /// The folder, such as `man1`
    pub dir: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// When the folder has content or cannot be written.
pub(super) fn run(
    args: &ManArgs,
    global: &GlobalArgs,
    world: &mut Host,
) -> Result<Exit, CommandError> {
    let pages = pages();
    folder::fill(&args.dir, &pages)?;
    let written = pages.iter().map(|page| args.dir.join(&page.name).display().to_string());
    match global.output {
        OutputFormat::Text => written.for_each(|path| world.answer(&path)),
        OutputFormat::Json => {
            world.answer_object("man_pages", &Answer { files: written.collect() });
        }
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Answer {
    files: Vec<String>,
}

/// The program's page first, then those of its commands in the order of the help.
fn pages() -> Vec<File> {
    let mut command = command_line::command().disable_help_subcommand(true);
    command.build();
    let commands = command.get_subcommands().filter(|command| !command.is_hide_set());
    std::iter::once(&command).chain(commands).map(page).collect()
}

fn page(command: &clap::Command) -> File {
    // What the page belongs to: the program, not its command. No date: the same bytes every day.
    let man = clap_mangen::Man::new(command.clone())
        .source(concat!("deployer ", env!("CARGO_PKG_VERSION")))
        .manual("deployer");
    let mut content = Vec::new();
    man.render(&mut content).expect("writing to memory does not fail");
    File { name: man.get_filename(), content }
}
