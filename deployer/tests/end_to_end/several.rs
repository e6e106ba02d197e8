//! Several people at work on one stack at the same time: real processes, which the operating system kills.
//!
//! `tests/console/campaign` decides about every single call, over the cloud in memory. Here time decides, over HTTP. A seed
//! says who does what, when, and who is killed; the variables `CAMPAIGN` and `CAMPAIGN_SEED` are the same.

use std::process::{Output, Stdio};
use std::time::Duration;

use aws_sdk_cloudformation::types::ExecutionStatus;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fastrand::Rng;
use tokio::process::Command;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::emulator::Trouble;
use crate::emulator::account::refused;
use crate::sandbox::Sandbox;

/// How many rounds `cargo test` plays. One takes 10 seconds.
const ROUNDS: u64 = 4;

/// Longer than any command takes.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Up,
    /// Nobody agrees to it: there is no terminal, and no `--yes`.
    UpUnagreed,
    /// `up --no-execute`.
    Prepare,
    Down,
    Recover,
    Cancel,
}

/// A command of a person.
#[derive(Debug, Clone, Copy)]
struct Order {
    number: u64,
    what: What,
    /// Milliseconds before it starts.
    after: u64,
    /// Milliseconds until it is killed.
    killed: Option<u64>,
    waits: bool,
}

impl Order {
    fn random(number: u64, careful: bool, random: &mut Rng) -> Self {
        let what = match random.u8(..12) {
            0..=1 => What::UpUnagreed,
            2..=4 => What::Prepare,
            _ if careful => What::UpUnagreed,
            5..=7 => What::Up,
            8..=9 => What::Down,
            10 => What::Recover,
            _ => What::Cancel,
        };
        let killed = (random.u8(..3) == 0).then(|| random.u64(30..900));
        Self { number, what, after: random.u64(..500), killed, waits: random.bool() }
    }

    /// The memory of the function, by which a stack shows whose it is.
    fn memory(self) -> u64 {
        128 + self.number
    }

    fn change_set(self) -> String {
        format!("prepared-{}", self.number)
    }

    fn command(self, sandbox: &Sandbox) -> Command {
        let (organization, memory) = (sandbox.account.organization(), self.memory().to_string());
        let change_set = self.change_set();
        let is_up = matches!(self.what, What::Up | What::UpUnagreed | What::Prepare);
        let mut words = match self.what {
            What::Up | What::UpUnagreed | What::Prepare => sandbox.flow("up", &[&organization]),
            What::Down => vec!["down"],
            What::Recover => vec!["recover"],
            What::Cancel => vec!["cancel"],
        };
        if is_up {
            words.extend(["--memory", &memory, "--reset-settings"]);
        }
        match self.what {
            What::Prepare => words.extend(["--no-execute", "--change-set-name", &change_set]),
            What::Up | What::Down | What::Cancel => words.push("--yes"),
            What::UpUnagreed | What::Recover => {}
        }
        if self.waits && matches!(self.what, What::Up | What::Down) {
            words.push("--wait-busy");
        }
        words.extend(["--stack-name", &sandbox.stack]);
        let mut command = sandbox.deployer.command(&words);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

/// Runs the commands of a person, one after the other. A command that was killed has no output.
async fn work(orders: Vec<(Order, Command)>) -> Result<Vec<(Order, Option<Output>)>, Trouble> {
    let mut ended = Vec::new();
    for (order, mut command) in orders {
        sleep(Duration::from_millis(order.after)).await;
        let child = command.spawn().map_err(|cause| Trouble::of("cannot start", cause))?;
        let limit = order.killed.map_or(PATIENCE, Duration::from_millis);
        // The command is killed when its future is dropped.
        let output = match timeout(limit, child.wait_with_output()).await {
            Ok(output) => Some(output.map_err(|cause| Trouble::of("cannot wait", cause))?),
            Err(_) if order.killed.is_some() => None,
            Err(_) => return Err(Trouble::new(format!("{order:?} does not end"))),
        };
        ended.push((order, output));
    }
    Ok(ended)
}

async fn play(seed: u64) -> Result<Vec<(Order, Option<Output>)>, Trouble> {
    let mut random = Rng::with_seed(seed);
    let sandbox = Sandbox::new().await?;
    let neighbor = format!("neighbor-{}", sandbox.account.id);
    let organization = sandbox.account.organization();
    let beside = [sandbox.flow("up", &[&organization]), vec!["--yes", "--stack-name", &neighbor]];
    sandbox.deployer.run(&beside.concat()).await?.ended(0)?;
    if random.bool() {
        sandbox.up(&["--memory", "4096"]).await?.ended(0)?;
    }

    // In some rounds, nobody agrees to anything: then nothing may be lost at all.
    let is_careful = random.u8(..3) == 0;
    let mut people = JoinSet::new();
    let mut number = 0;
    for _ in 0..random.u8(2..=4) {
        let mut orders = Vec::new();
        for _ in 0..random.u8(1..=2) {
            number += 1;
            let order = Order::random(number, is_careful, &mut random);
            orders.push((order, order.command(&sandbox)));
        }
        people.spawn(work(orders));
    }
    let mut ended = Vec::new();
    while let Some(person) = people.join_next().await {
        ended.extend(person.map_err(|cause| Trouble::of("a person", cause))??);
    }
    check(&sandbox, &ended, is_careful).await?;

    let again = sandbox.deployer.run(&beside.concat()).await?.ended(0)?;
    assert!(again.stderr.contains("no changes"), "{}", again.stderr);
    runs_its_template(&sandbox, &neighbor).await?;
    sandbox.up(&["--wait-busy", "--reset-settings"]).await?.ended(0)?;
    runs_its_template(&sandbox, &sandbox.stack).await?;
    let again = sandbox.up(&["--wait-busy"]).await?.ended(0)?;
    assert!(again.stderr.contains("no changes"), "{}", again.stderr);
    sandbox.run(&["down", "--yes", "--wait-busy"]).await?.ended(0)?;
    sandbox.deployer.run(&["down", "--yes", "--stack-name", &neighbor]).await?.ended(0)?;
    assert_eq!(sandbox.account.remains().await?, Vec::<String>::new());
    Ok(ended)
}

async fn check(
    sandbox: &Sandbox,
    ended: &[(Order, Option<Output>)],
    is_careful: bool,
) -> Result<(), Trouble> {
    for (order, output) in ended.iter().filter_map(|(order, end)| Some((order, end.as_ref()?))) {
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code().is_some_and(|code| code <= 6), "{order:?}: {said}");
        assert!(!said.contains("panicked"), "{order:?}: {said}");
        if is_careful && order.what == What::Prepare && output.status.success() {
            let sets = change_sets(sandbox).await?;
            assert!(sets.contains(&order.change_set()), "{order:?} left only {sets:?}");
        }
    }
    let Ok(function) = sandbox.settings().await else { return Ok(()) };
    let memory = function.memory_size().and_then(|memory| u64::try_from(memory).ok());
    let agreed = ended.iter().filter(|(order, _)| order.what == What::Up);
    let mut agreed = agreed.map(|(order, _)| order.memory()).chain([4096]);
    assert!(agreed.any(|one| Some(one) == memory), "nobody agreed to {memory:?} MB");
    Ok(())
}

/// The names of the stack's change sets that can be executed.
async fn change_sets(sandbox: &Sandbox) -> Result<Vec<String>, Trouble> {
    let sets = sandbox.account.stacks().list_change_sets().stack_name(&sandbox.stack);
    let sets = sets.send().await.map_err(|cause| refused("ListChangeSets", cause))?;
    let open = sets
        .summaries()
        .iter()
        .filter(|set| set.execution_status() == Some(&ExecutionStatus::Available));
    Ok(open.filter_map(|set| set.change_set_name()).map(str::to_owned).collect())
}

/// The function of a stack runs the handler that the stack's template names.
async fn runs_its_template(sandbox: &Sandbox, stack: &str) -> Result<(), Trouble> {
    let template = sandbox.account.stacks().get_template().stack_name(stack).send().await;
    let template = template.map_err(|cause| refused("GetTemplate", cause))?;
    let template = template.template_body().unwrap_or_default();
    let function = sandbox.account.output(stack, "MfsmFunctionArn").await;
    let function = function.ok_or_else(|| Trouble::new(format!("{stack} has no function")))?;
    let settings = sandbox.account.functions().get_function_configuration();
    let settings = settings.function_name(function).send().await;
    let settings = settings.map_err(|cause| refused("GetFunctionConfiguration", cause))?;
    let running = STANDARD.decode(settings.code_sha256().unwrap_or_default());
    let running = running.map_err(|cause| Trouble::of("CodeSha256", cause))?;
    let running: String = running.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(template.contains(&running), "{stack} runs {running}");
    Ok(())
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "how much a test does is no setting of the program")]
async fn nothing_of_another_is_lost_and_the_next_command_converges() -> Result<(), Trouble> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = match number("CAMPAIGN_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("CAMPAIGN").unwrap_or(ROUNDS),
    };
    let is_bounded = number("CAMPAIGN_SEED").is_none();
    let (mut killed, mut done, mut failed) = (0, 0, 0);
    for seed in seeds {
        let ended = play(seed).await.map_err(|cause| Trouble::of(format!("seed {seed}"), cause))?;
        for (_, output) in ended {
            match output {
                None => killed += 1,
                Some(output) if output.status.success() => done += 1,
                Some(_) => failed += 1,
            }
        }
    }
    // A campaign in which nothing happens shows nothing.
    let is_eventful = killed > 0 && done > 0 && failed > 0;
    assert!(is_eventful || !is_bounded, "{killed} killed, {done} done, {failed} failed");
    Ok(())
}
