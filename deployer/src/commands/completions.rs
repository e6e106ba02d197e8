//! `deployer completions`.

use clap_complete::Shell;
use serde::Serialize;

use crate::command_line;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::host::Host;
use crate::host::terminal::OutputFormat;
use crate::session::GlobalArgs;

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

/// Runs the command.
///
/// # Errors
/// None; the signature is every command's.
pub(super) fn run(
    args: &CompletionsArgs,
    global: &GlobalArgs,
    world: &mut Host,
) -> Result<Exit, CommandError> {
    let mut command = command_line::command();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "deployer", &mut script);
    let script = String::from_utf8(script).expect("our help is text, and so are scripts about it");
    match global.output {
        OutputFormat::Text => world.answer(script.trim_end()),
        OutputFormat::Json => world.answer_object(
            "completions",
            &Answer { shell: args.shell.to_string(), script: &script },
        ),
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Answer<'a> {
    shell: String,
    script: &'a str,
}
