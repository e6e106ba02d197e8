//! Installs and runs e-mail message flows on AWS from a single binary.
//!
//! Data flows in one direction: [`command_line`] (what was typed) → `config` (validated settings)
//! → `template`, `artifact` and [`flow`] → `plan` (compares the desired state with the
//! observed one; pure) → `operation` (applies the plan and emits events) → `report` (formats
//! output) → [`host::terminal`] (the only place that writes). A command runs in a `session`. The crate
//! `cloud` is the interface to AWS; [`host`] holds what `main` passes in.

#![expect(
    unreachable_pub,
    reason = "most modules are private; in them, `pub` marks what a module offers to the others"
)]

mod artifact;
pub mod command_line;
mod commands;
mod config;
#[cfg(test)]
#[path = "../../asl/tests/damage/text.rs"]
mod damaged_text;
mod decision;
mod digest;
mod doctor;
mod document;
mod error;
pub mod exit;
mod explain;
mod files;
mod finding;
pub mod flow;
mod graph;
mod health;
pub mod host;
mod installation;
mod logs;
mod message;
mod next_command;
mod operation;
mod options;
mod plan;
mod report;
pub mod rights;
mod rule;
mod session;
mod simulation;
mod template;
mod testing;
mod trace;

use std::ffi::OsString;

use command_line::{Args, GivenOptions, NoCommand, Parsed};
use commands::Command;
use config::{CommandLine, Layers};
use error::CommandError;
use exit::Exit;
use files::watcher::FileWatcher;
use host::harmless::printable;
use host::terminal::OutputFormat;
use host::{Host, interrupt};
use next_command::NextCommand;
use report::answers::Changed;
use session::Session;

/// Runs the program until its exit code is known. Ctrl-C detaches.
pub fn start(argv: impl IntoIterator<Item = OsString>, mut host: Host) -> Exit {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            host.terminal.tell(&format!("error: cannot start the asynchronous runtime: {error}"));
            return Exit::Failed;
        }
    };
    let exit = runtime.block_on(run_until_interrupted(argv, &mut host));
    // A prompt without an answer still waits on its thread; the program does not wait for it.
    runtime.shutdown_background();
    exit
}

async fn run_until_interrupted(argv: impl IntoIterator<Item = OsString>, host: &mut Host) -> Exit {
    let asking = host.terminal.asking();
    let argv: Vec<OsString> = argv.into_iter().collect();
    let parsed = command_line::parse(argv.iter().cloned(), false).ok();
    tokio::select! {
        // First, so that it still sees a prompt that the same Ctrl-C is about to end.
        biased;
        () = host::interrupt::pressed_while_working(asking) => {}
        exit = run(argv, host) => return exit,
    }
    match parsed {
        Some(Parsed { args, next, .. }) => interrupted(&args.command, &next, host),
        None => Exit::Failed,
    }
}

/// Reports what an interrupted command leaves in AWS.
fn interrupted(command: &Command, next: &NextCommand, host: &mut Host) -> Exit {
    let (watch, cancel, status) =
        (next.code(&["watch"]), next.code(&["cancel"]), next.code(&["status"]));
    let (sentence, hint, exit) = if command.operates_on_a_stack() {
        let hint = format!(
            "{watch} follows it again, {cancel} cancels it, and {status} shows its progress"
        );
        ("an operation that was started continues in AWS", Some(hint), Exit::Detached)
    } else if command.sends_a_change() {
        ("AWS may have accepted the request already", None, Exit::Detached)
    } else {
        ("nothing was changed in AWS", None, Exit::Failed)
    };
    host.terminal.tell(&format!("\ninterrupted: {sentence}"));
    hint.iter().for_each(|hint| host.terminal.tell(&format!("\nhint: {hint}")));
    exit
}

/// Runs the program: reads the command line, runs the command, and reports its error. Output that cannot be
/// written is an error, too.
pub async fn run(argv: impl IntoIterator<Item = OsString>, host: &mut Host) -> Exit {
    let exit = run_command(argv, host).await;
    let Some(reason) = host.terminal.unwritten() else { return exit };
    let sentence = format!("cannot write to standard output: {reason}");
    let error = CommandError::failed(sentence)
        .hint("the output is incomplete: free disk space, or write it to another place");
    let now = (host.clock)();
    report::tell_error(&error, &mut host.terminal, OutputFormat::Text, now);
    // An error of the command itself says more.
    if matches!(exit, Exit::Done | Exit::Work) { error.exit } else { exit }
}

async fn run_command(argv: impl IntoIterator<Item = OsString>, host: &mut Host) -> Exit {
    let argv: Vec<OsString> = argv.into_iter().collect();
    let color = host.terminal.err_is_colored();
    let Parsed { args: typed, given, next } = match parse(&argv, color) {
        Ok(parsed) => parsed,
        Err(instead) => return answer(instead, host),
    };
    host.terminal.choose_color(typed.global.color);
    host.terminal.choose_progress(typed.global.progress, host.environment.plain);
    if typed.global.quiet && typed.global.verbose {
        let sentence = "--quiet and --verbose contradict each other: use only one of them";
        return tell(&CommandError::usage(error::Sentence(sentence.to_owned())), &typed, host);
    }
    // The watched files of a command that runs again when its settings change.
    let mut watched: Option<FileWatcher> = None;
    loop {
        let (layers, args) = match prepare(&typed, given.clone(), &argv, color, host) {
            Ok(prepared) => prepared,
            Err(exit) => {
                let Some(files) = &mut watched else { return exit };
                let layers = Layers::default();
                let mut session = session(host, &typed, &layers, &next);
                if !saved(files, &mut session).await {
                    return Exit::Done;
                }
                continue;
            }
        };
        let mut session = session(host, &args, &layers, &next);
        session.warn(&layers.warnings);
        let ended = commands::dispatch(&args.command, &mut session).await;
        watched = session.again.take();
        match ended {
            Ok(exit) if watched.is_none() => return exit,
            Ok(_) => {}
            Err(mut error) => {
                config::relocate(&mut error, &layers.origins);
                return tell(&error, &args, host);
            }
        }
    }
}

/// Reads a command line. An error quotes its words in printable form.
fn parse(argv: &[OsString], color: bool) -> Result<Parsed, NoCommand> {
    command_line::parse(argv.iter().cloned(), color).map_err(|fault| {
        let shown = |word: &OsString| {
            word.to_str().map_or_else(|| word.clone(), |text| printable(text).into())
        };
        command_line::parse(argv.iter().map(shown), color).err().unwrap_or(fault)
    })
}

/// The settings of all layers, and the command line that is filled in with them.
/// Fails with the exit code after the error is reported.
fn prepare(
    typed: &Args,
    given: GivenOptions,
    argv: &[OsString],
    color: bool,
    host: &mut Host,
) -> Result<(Layers, Args), Exit> {
    let layers = complete(typed, given, host).map_err(|error| tell(&error, typed, host))?;
    let argv = with_options(argv.to_vec(), layers.options.clone());
    match parse(&argv, color) {
        Ok(parsed) => Ok((layers, parsed.args)),
        Err(instead) => Err(answer(instead, host)),
    }
}

fn session<'a>(
    host: &'a mut Host,
    args: &'a Args,
    layers: &'a Layers,
    next: &NextCommand,
) -> Session<'a> {
    let program = command_line::command;
    Session { host, global: &args.global, layers, program, next: next.clone(), again: None }
}

/// Waits until one of the files is saved; `false` after Ctrl-C.
async fn saved(files: &mut FileWatcher, session: &mut Session<'_>) -> bool {
    session.remark(&report::waits_for_changes(files.count()));
    let interruption = session.host.terminal.asking();
    let Some(changed) = interrupt::unless_pressed(&interruption, files.changed()).await else {
        return false;
    };
    session.answer(&Changed::new(&changed, session.now()));
    true
}

/// Finds values for options that are not on the command line.
fn complete(args: &Args, given: GivenOptions, host: &Host) -> Result<Layers, CommandError> {
    let GivenOptions { given, accepted } = given;
    let (file, environment) = (args.global.config.as_deref(), args.global.env.as_deref());
    let is_built_in = |name: &str| flow::built_in(name).is_some();
    let command_line = CommandLine { given, accepted, file, environment, is_built_in };
    config::complete(&command_line, &host.environment)
}

/// Inserts options before a `--`, after which everything is a value.
fn with_options(mut argv: Vec<OsString>, options: Vec<OsString>) -> Vec<OsString> {
    let end = argv.iter().position(|word| word == "--").unwrap_or(argv.len());
    argv.splice(end..end, options);
    argv
}

fn answer(instead: NoCommand, host: &mut Host) -> Exit {
    match instead {
        NoCommand::Answer(text) => {
            let _ = host.terminal.answer(&text);
            Exit::Done
        }
        NoCommand::Fault { text, json: false, .. } => {
            host.terminal.tell(&text);
            Exit::Usage
        }
        NoCommand::Fault { message, tips, .. } => {
            let error = CommandError::usage(error::Sentence(message));
            let error = tips.into_iter().fold(error, CommandError::hint);
            let now = (host.clock)();
            report::tell_error(&error, &mut host.terminal, OutputFormat::Json, now);
            Exit::Usage
        }
    }
}

fn tell(error: &CommandError, args: &Args, host: &mut Host) -> Exit {
    let now = (host.clock)();
    report::tell_error(error, &mut host.terminal, args.global.output, now);
    error.exit
}
