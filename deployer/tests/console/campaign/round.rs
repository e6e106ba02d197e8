//! One round: who does what, by a seed; then the faults stop, and the next commands have to converge.

use std::collections::{BTreeSet, VecDeque};

use cloud::{StackStatus, Stacks};
use fastrand::Rng;

use super::THREADS;
use super::command::{Consent, Misfortune, ORIGINAL, Order, What};
use super::held;
use super::schedule::{self, Person};
use crate::adopt;
use crate::session::{ConsoleSession, ORGANIZATION, handler};

/// The stacks, of which the first one is shared most.
const STACKS: [&str; 3] = ["shared", "other", ORIGINAL];

pub(super) struct Round;

impl Round {
    /// Plays one round. Returns what happened in it.
    /// Error: what did not hold.
    pub(super) fn play(seed: u64, loud: bool) -> Result<BTreeSet<&'static str>, String> {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().start_paused(true).build().unwrap();
        runtime.block_on(Self::round(seed, loud))
    }

    async fn round(seed: u64, loud: bool) -> Result<BTreeSet<&'static str>, String> {
        let mut random = Rng::with_seed(seed);
        let mut session = adopt::adoptable(&format!("campaign-{}", seed % THREADS as u64)).await;
        session.quick = true;
        session.file("other", [&handler()[..], b"other"].concat());
        let mut marks = BTreeSet::new();
        if random.u8(..) < 50 {
            session.cloud.fail_resource("MfsmFunction", "the runtime is gone");
            if random.bool() {
                session.cloud.refuse_rollback("MfsmFunction", "the old code is gone");
            }
        }
        let mut people = people(&mut random);
        let ended = schedule::play(&session, &mut people, &mut random, loud).await?;
        session.cloud.fix_resource("MfsmFunction");
        session.cloud.finish_operations();
        held::check(&session, &ended, &mut marks)?;
        converge(&session, &mut random, &mut marks).await?;
        Ok(marks)
    }
}

/// Two to four people with up to three commands each.
fn people(random: &mut Rng) -> Vec<Person> {
    let mut number = 0;
    let people = random.usize(2..=4);
    let mut person = |random: &mut Rng| {
        let mut orders = VecDeque::new();
        for _ in 0..random.usize(1..=3) {
            number += 1;
            orders.push_back(order(number, random));
        }
        Person::with(orders)
    };
    (0..people).map(|_| person(random)).collect()
}

fn order(number: usize, random: &mut Rng) -> Order {
    let stack = STACKS[[0, 0, 0, 1, 2][random.usize(..5)]];
    let consent = [Consent::InAdvance, Consent::Yes, Consent::No][random.usize(..3)];
    let what = match random.u8(..16) {
        0..=6 if stack == ORIGINAL => What::Adopt(consent),
        0..=7 => What::Up(consent),
        8..=10 => What::Prepare,
        11..=13 => What::Down(consent),
        14 => What::Recover,
        _ => What::Cancel,
    };
    let misfortune = match random.u8(..8) {
        0 | 1 => Misfortune::Killed(random.usize(1..40)),
        2 => Misfortune::Expired(random.usize(1..40)),
        _ => Misfortune::None,
    };
    Order { number, stack, what, misfortune, waits: random.bool() }
}

/// One command leads a stack to its goal; one more for each removes everything.
async fn converge(
    session: &ConsoleSession,
    random: &mut Rng,
    marks: &mut BTreeSet<&'static str>,
) -> Result<(), String> {
    let goal = STACKS[random.usize(..STACKS.len())];
    for stack in STACKS {
        if session.cloud.status(stack) == Some(StackStatus::UpdateRollbackFailed) {
            succeed(session, &format!("recover --stack-name {stack}")).await?;
        }
        if stack != goal {
            continue;
        }
        let adopt = if held::is_foreign(session, stack) { "--adopt" } else { "" };
        let up = format!(
            "up --org-arn {ORGANIZATION} --handler $DIR/bootstrap --stack-name {stack} --yes --reset-settings {adopt}"
        );
        succeed(session, &up).await?;
        held::is_installed(session, stack)?;
        let again = succeed(session, &up.replace("--adopt", "")).await?;
        if !again.contains("no changes") {
            return Err(format!("the second up of {stack} changes something: {again}"));
        }
    }
    for stack in STACKS {
        remove(session, stack, marks).await?;
    }
    let mut left = (session.cloud.stack_names(), session.cloud.bucket_names());
    left.0.retain(|stack| !held::is_foreign(session, stack));
    marks.insert("converged");
    match left.0.is_empty() && left.1.iter().all(|bucket| bucket == adopt::CODE[0]) {
        true => Ok(()),
        false => Err(format!("something is left: {left:?}")),
    }
}

/// Removes a stack, or what adoptions of the original's left.
async fn remove(
    session: &ConsoleSession,
    stack: &str,
    marks: &mut BTreeSet<&'static str>,
) -> Result<(), String> {
    let down = format!("down --yes --stack-name {stack}");
    if !held::is_foreign(session, stack) {
        return succeed(session, &down).await.map(drop);
    }
    let stack = session.cloud.describe(stack).await.unwrap().unwrap();
    for change_set in session.cloud.change_sets(&stack.id).await.unwrap() {
        session.cloud.delete_change_set(&change_set).await.unwrap();
    }
    let printed = session.run(&down).await;
    let has_nothing = printed.err.contains("but deployer did not create it");
    if !has_nothing {
        marks.insert("adoption cleared");
    }
    match printed.code == 0 || has_nothing {
        true => Ok(()),
        false => Err(format!("{down}\n{}", printed.all())),
    }
}

async fn succeed(session: &ConsoleSession, line: &str) -> Result<String, String> {
    let printed = session.run(line).await;
    match printed.code {
        0 => Ok(printed.err),
        _ => Err(format!("{line}\n{}", printed.all())),
    }
}
