//! `deployer man`.

use std::path::PathBuf;

use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::folder::{self, File};
use crate::report::answers::ManPages;
use crate::session::Session;

/// Write the man pages to a folder.
///
/// The folder must be empty, or not exist yet.
#[derive(Debug, Clone, clap::Args)]
pub struct ManArgs {
    /// Folder, such as `man1`
    pub dir: PathBuf,
}

/// Fails when the folder has content or cannot be written.
pub fn run(args: &ManArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let pages = pages(session.program);
    folder::fill(&args.dir, &pages)?;
    let path = |page: &File| args.dir.join(&page.name).display().to_string();
    session.answer(&ManPages { files: pages.iter().map(path).collect() });
    Ok(Exit::Done)
}

/// The program's page first, then those of its commands in the order of the help.
fn pages(program: fn() -> clap::Command) -> Vec<File> {
    let mut command = program().disable_help_subcommand(true);
    command.build();
    let commands = command.get_subcommands().filter(|command| !command.is_hide_set());
    std::iter::once(&command).chain(commands).map(page).collect()
}

fn page(command: &clap::Command) -> File {
    // The page belongs to the program, not to its command. Without a date its bytes are the same every day.
    let man = clap_mangen::Man::new(command.clone())
        .source(concat!("deployer ", env!("CARGO_PKG_VERSION")))
        .manual("deployer");
    let mut content = Vec::new();
    man.render(&mut content).expect("writing to memory does not fail");
    File { name: man.get_filename(), content }
}
