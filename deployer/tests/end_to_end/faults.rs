//! Faults between the deployer and AWS, with the errors and the behavior of AWS: each command
//! succeeds, or ends with an error that reports what failed and what to do; nothing is left half
//! done, and `up` and `down` need no help afterwards.
//!
//! The console tests make every single call fail, over the cloud in memory; here the faults are on
//! the network, and the SDK's retries, timeouts and parsers are between them and the program.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::{OnceCell, Semaphore};
use tokio::task::JoinSet;

use crate::emulator::console::CommandOutput;
use crate::emulator::server::free_address;
use crate::emulator::{Emulator, Trouble};
use crate::fault_cases::{Before, CASES, Case, Times};
use crate::microburst::Microburst;
use crate::package::zipped;
use crate::sandbox::Sandbox;

#[path = "../elf/mod.rs"]
mod elf;

/// The number of concurrent cases. Most of them wait for the SDK to retry.
const AT_ONCE: usize = 16;

/// Never dropped. They end with this process, as `watchdog.py` explains.
static PLACE: OnceCell<(Emulator, Microburst)> = OnceCell::const_new();

#[tokio::test]
async fn every_fault_is_survived_or_reported_and_leaves_nothing_half_done() -> Result<(), Trouble> {
    let (emulator, proxy) = PLACE.get_or_try_init(start).await?;
    let gate = Arc::new(Semaphore::new(AT_ONCE));
    let mut cases = JoinSet::new();
    for case in &CASES {
        let gate = Arc::clone(&gate);
        cases.spawn(async move {
            let _turn = gate.acquire().await;
            let replay = Play { case, sandbox: Sandbox::within(emulator).await?, proxy };
            replay.replay().await.map_err(|cause| Trouble::of(case.name(), cause))
        });
    }
    let mut troubles = String::new();
    while let Some(case) = cases.join_next().await {
        if let Err(trouble) = case.map_err(|cause| Trouble::of("a case", cause))? {
            let _ = writeln!(troubles, "--- {trouble}");
        }
    }
    if troubles.is_empty() { Ok(()) } else { Err(Trouble::new(troubles)) }
}

#[test]
fn every_command_is_tested_with_every_fault_that_it_can_meet() {
    let met: BTreeSet<(&str, &str)> =
        CASES.iter().map(|case| (case.fault.kind(), case.command_name())).collect();
    for command in ["up", "down", "plan", "status", "watch"] {
        for kind in ["throttled", "denied", "expired", "reset", "hang", "lost answer"] {
            assert!(met.contains(&(kind, command)), "no case of {kind} for {command}");
        }
    }
    assert!(met.contains(&("cut upload", "up")));
}

async fn start() -> Result<(Emulator, Microburst), Trouble> {
    let emulator = Emulator::start_with("faults", &[("AUTH", "false".to_owned())]).await?;
    let proxy = Microburst::start(free_address()?, &emulator, "faults-proxy").await?;
    Ok((emulator, proxy))
}

/// A case in its own account.
struct Play {
    case: &'static Case,
    sandbox: Sandbox,
    proxy: &'static Microburst,
}

impl Play {
    async fn replay(mut self) -> Result<(), Trouble> {
        let handler = self.handler()?;
        if self.case.before == Before::AStack {
            self.run(&handler, "up --yes").await?.ended(0)?;
        }
        let rules = self.proxy.add(vec![self.rule()]).await?;
        self.sandbox.variable("AWS_ENDPOINT_URL", self.proxy.endpoint());
        let session = self.run(&handler, self.case.command).await?.ended(self.case.ends)?;
        for printed in self.case.tells {
            if !format!("{}{}", session.stdout, session.stderr).contains(printed) {
                return Err(Trouble::of(format!("it does not tell {printed}"), session.stderr));
            }
        }
        let fired = self.proxy.fired(rules[0]).await?;
        if fired == 0 || matches!(self.case.times, Times::Exactly(times) if times != fired) {
            return Err(Trouble::of("the number of faults", fired));
        }
        self.sandbox.variable("AWS_ENDPOINT_URL", self.sandbox.account.endpoint.clone());
        self.is_whole().await?;
        self.converges(&handler).await
    }

    /// A handler of some size, which is never invoked.
    fn handler(&self) -> Result<String, Trouble> {
        let mut program = elf::minimal_elf(elf::ARM64);
        // Data that does not compress: the digits of a simple generator.
        let digits = std::iter::successors(Some(1_u32), |last| {
            Some(last.wrapping_mul(1_664_525).wrapping_add(1_013_904_223))
        });
        program.extend(digits.take(200_000).map(|digit| (digit >> 24) as u8));
        self.sandbox.file("small.zip", zipped(&[("bootstrap", &program)]))
    }

    async fn run(&self, handler: &str, line: &str) -> Result<CommandOutput, Trouble> {
        let organization = self.sandbox.account.organization();
        let mut words: Vec<&str> = line.split_whitespace().collect();
        if matches!(words[0], "up" | "plan") {
            words.extend(["--handler", handler, "--org-arn", &organization]);
        }
        self.sandbox.run(&words).await
    }

    fn rule(&self) -> Value {
        let mut rule = self.case.fault.effect(self.case.service);
        rule["service"] = self.case.service.into();
        rule["operation"] = self.case.operation.into();
        // The signing key is named after the account.
        rule["headers"] = json!({ "authorization": self.sandbox.account.id });
        if let Times::Exactly(times) = self.case.times {
            rule["times"] = times.into();
        }
        if let Some(body) = self.case.body {
            rule["body"] = body.into();
        }
        rule
    }

    /// The stack is missing, stable, or in the status that the case allows.
    async fn is_whole(&self) -> Result<(), Trouble> {
        let status = self.sandbox.status().await;
        let status = status.as_deref().filter(|status| *status != self.case.leaves);
        match status {
            None | Some("CREATE_COMPLETE" | "UPDATE_COMPLETE") => Ok(()),
            Some(status) => Err(Trouble::of("the stack is left in", status)),
        }
    }

    async fn converges(&self, handler: &str) -> Result<(), Trouble> {
        if self.case.next == "up" {
            self.run(handler, "up --yes --reset-settings").await?.ended(0)?;
            let again = self.run(handler, "up").await?.ended(0)?;
            if !again.stderr.contains("no changes") {
                return Err(Trouble::of("up is not at its end", again.stderr));
            }
        }
        self.run(handler, "down --yes").await?.ended(0)?;
        match self.sandbox.account.remains().await? {
            left if left.is_empty() => Ok(()),
            left => Err(Trouble::of("left behind", left.join(", "))),
        }
    }
}
