//! `deployer completions`.

use clap::Command;
use clap::builder::PossibleValuesParser;
use clap_complete::Shell;
use cloud::OnStackFailure;
use handler::on_failure::OnFailure;
use handler::rule::Rule;

use crate::config::LogRetention;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::flow::BUILT_IN;
use crate::report::answers::Completions;
use crate::session::Session;

/// Print the completion script for a shell
///
/// Where to put the script:
///
///   bash        ~/.local/share/bash-completion/completions/deployer
///   zsh         _deployer, in a folder of $fpath
///   fish        ~/.config/fish/completions/deployer.fish
///   powershell  appended to the file that $PROFILE names
///   elvish      appended to ~/.config/elvish/rc.elv
#[derive(Debug, Clone, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct CompletionsArgs {
    /// Shell
    pub shell: Shell,
}

/// The values that a shell offers for an option; the option's own parser refuses others with its
/// own message.
fn values(option: &str) -> Vec<String> {
    match option {
        "flow" | "from" => BUILT_IN.iter().map(|flow| flow.name.to_owned()).collect(),
        "rule" => Rule::ALL.map(|rule| rule.to_string()).to_vec(),
        "on_failure" => OnFailure::ALL.map(|policy| policy.to_string()).to_vec(),
        "on_stack_failure" => OnStackFailure::ALL.map(|then| then.to_string()).to_vec(),
        "log_retention" => LogRetention::DAYS.map(|days| days.to_string()).to_vec(),
        "log_level" => ["info", "debug"].map(str::to_owned).to_vec(),
        "metrics" => ["on", "off"].map(str::to_owned).to_vec(),
        _ => Vec::new(),
    }
}

/// The description of the command line with values to complete.
fn with_values(program: Command) -> Command {
    program.mut_subcommands(|command| {
        command.mut_args(|option| match values(option.get_id().as_str()) {
            none if none.is_empty() => option,
            values => option.value_parser(PossibleValuesParser::new(values)),
        })
    })
}

pub fn run(args: &CompletionsArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let mut command = with_values((session.program)());
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "deployer", &mut script);
    let script = String::from_utf8(script).expect("our help is text, and so are scripts about it");
    session.answer(&Completions { shell: args.shell.to_string(), script });
    Ok(Exit::Done)
}
