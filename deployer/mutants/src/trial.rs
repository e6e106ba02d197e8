//! Tries a mutant with the tests that reach it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::sandbox::Sandbox;
use crate::schema::Mutant;

/// How long no test may end. A mutant can make a loop endless.
const TIMEOUT: Duration = Duration::from_secs(90);

/// What the tests made of a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Caught,
    TimedOut,
    Missed,
    NotReached,
}

impl Fate {
    pub(crate) fn is_caught(self) -> bool {
        matches!(self, Self::Caught | Self::TimedOut)
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Caught => "caught",
            Self::TimedOut => "timed out",
            Self::Missed => "MISSED",
            Self::NotReached => "NOT REACHED",
        })
    }
}

/// For each program: the tests that pass without a mutant, and those that reach each mutant.
pub(crate) struct Trials<'a> {
    sandbox: &'a Sandbox,
    sound: [BTreeSet<String>; 2],
    reaching: [BTreeMap<u32, BTreeSet<String>>; 2],
}

impl<'a> Trials<'a> {
    /// Runs all tests without a mutant.
    pub(crate) fn prepare(sandbox: &'a Sandbox) -> Self {
        let mut trials = Self { sandbox, sound: Default::default(), reaching: Default::default() };
        sandbox.turn_on(u32::MAX);
        sandbox.reached();
        for (index, program) in sandbox.programs.iter().enumerate() {
            let began = Instant::now();
            let all = command(sandbox, program).output().expect("the tests start");
            for line in String::from_utf8_lossy(&all.stdout).lines() {
                match line.strip_prefix("test ").and_then(|line| line.rsplit_once(" ... ")) {
                    Some((test, "ok")) => _ = trials.sound[index].insert(test.to_owned()),
                    Some((test, "FAILED")) => {
                        println!("left out, because it fails without a mutant: {test}")
                    }
                    _ => {}
                }
            }
            for line in sandbox.reached().lines() {
                let Some((number, test)) = line.split_once(' ') else { continue };
                let number = number.parse().expect("it is a number");
                trials.reaching[index].entry(number).or_default().insert(test.to_owned());
            }
            println!("{} tests in {} s", trials.sound[index].len(), began.elapsed().as_secs());
        }
        trials
    }

    /// Tries one mutant.
    pub(crate) fn of(&self, mutant: &Mutant) -> Fate {
        self.sandbox.turn_on(mutant.number);
        let mut fate = Fate::NotReached;
        for (index, program) in self.sandbox.programs.iter().enumerate() {
            let Some(reaching) = self.reaching[index].get(&mutant.number) else { continue };
            // Another thread of a test can be the one that got there.
            let known = reaching.iter().all(|test| self.sound[index].contains(test));
            let mut tests: Vec<&String> =
                self.sound[index].iter().filter(|test| reaching.contains(*test)).collect();
            if !known {
                tests.extend(self.sound[index].iter().filter(|test| !reaching.contains(*test)));
            }
            if tests.is_empty() {
                continue;
            }
            fate = self.run(program, &tests);
            if fate.is_caught() {
                break;
            }
        }
        fate
    }

    fn run(&self, program: &Path, tests: &[&String]) -> Fate {
        let mut command = command(self.sandbox, program);
        let mut child = command.arg("--exact").args(tests).spawn().expect("the tests start");
        let (tell, told) = mpsc::channel();
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok).filter(|line| line.starts_with("test ")) {
                let _ = tell.send(line.ends_with(" ... FAILED"));
            }
        });
        let fate = loop {
            match told.recv_timeout(TIMEOUT) {
                Ok(true) => break Fate::Caught,
                Ok(false) => {}
                Err(mpsc::RecvTimeoutError::Timeout) => break Fate::TimedOut,
                // The program ended by itself: with success, or because a mutant ended it.
                Err(mpsc::RecvTimeoutError::Disconnected) => match child.wait() {
                    Ok(status) if status.success() => break Fate::Missed,
                    _ => break Fate::Caught,
                },
            }
        };
        end(&mut child);
        fate
    }
}

fn command(sandbox: &Sandbox, program: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(sandbox.package()).env("CARGO_MANIFEST_DIR", sandbox.package());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.env("RUST_BACKTRACE", "0");
    command
}

fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}
