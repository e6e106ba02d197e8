//! `deployer completions`.

use clap_complete::Shell;

use crate::error::CommandError;
use crate::exit::Exit;
use crate::report::answers::Completions;
use crate::session::Session;

/// Print the completion script of a shell
///
/// Where the script belongs:
///
///   bash        ~/.local/share/bash-completion/completions/deployer
///   zsh         _deployer, in a folder of $fpath
///   fish        ~/.config/fish/completions/deployer.fish
///   powershell  appended to the file that $PROFILE names
///   elvish      appended to ~/.config/elvish/rc.elv
#[derive(Debug, Clone, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: Shell,
}

pub fn run(args: &CompletionsArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let mut command = (session.program)();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "deployer", &mut script);
    let script = String::from_utf8(script).expect("our help is text, and so are scripts about it");
    session.answer(&Completions { shell: args.shell.to_string(), script });
    Ok(Exit::Done)
}
