//! Several people at work at the same time on the same stacks and one bucket: every call of every command is an
//! opportunity for all others. A seed decides who makes the next call, who is killed, and whose credentials expire.
//!
//! The variable `CAMPAIGN` sets the number of rounds, `CAMPAIGN_SEED` plays one again, call by call (docs/how-it-works/campaigns.md).

mod command;
mod held;
mod round;
mod schedule;

use std::collections::BTreeMap;
use std::panic::resume_unwind;

use round::Round;

/// How many rounds `cargo test` plays.
const ROUNDS: u64 = 60;

/// How many threads share the rounds.
const THREADS: usize = 4;

/// The kinds of things that have to happen in the rounds of `cargo test`: a campaign in which nothing happens shows
/// nothing.
const KINDS: [&str; 14] = [
    "adopt",
    "answered no",
    "answered yes",
    "cancel",
    "converged",
    "declined",
    "down",
    "executed",
    "expired",
    "killed",
    "prepared",
    "recover",
    "refused",
    "up",
];

#[test]
#[expect(clippy::disallowed_methods, reason = "how much a test does is no setting of the program")]
#[expect(clippy::print_stdout, reason = "what a long campaign has seen is its result")]
fn nothing_of_another_is_lost_and_the_next_command_converges() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    if let Some(seed) = number("CAMPAIGN_SEED") {
        let round = Round::play(seed, true);
        round.unwrap_or_else(|broken| panic!("{broken}"));
        return;
    }
    let rounds = number("CAMPAIGN").unwrap_or(ROUNDS);
    let mut seen = BTreeMap::<&str, u64>::new();
    std::thread::scope(|scope| {
        let part = |first| move || play((first..rounds).step_by(THREADS));
        let parts: Vec<_> = (0..THREADS as u64).map(|first| scope.spawn(part(first))).collect();
        for part in parts {
            for (mark, count) in part.join().unwrap_or_else(|panic| resume_unwind(panic)) {
                *seen.entry(mark).or_default() += count;
            }
        }
    });
    let never: Vec<_> = KINDS.iter().filter(|kind| !seen.contains_key(*kind)).collect();
    assert!(never.is_empty(), "never seen: {never:?}; seen: {seen:?}");
    if rounds > ROUNDS {
        println!("{rounds} rounds: {seen:#?}");
    }
}

/// Plays rounds, and counts what happened.
fn play(seeds: impl Iterator<Item = u64>) -> BTreeMap<&'static str, u64> {
    let mut seen = BTreeMap::new();
    for seed in seeds {
        match Round::play(seed, false) {
            Ok(marks) => marks.into_iter().for_each(|mark| *seen.entry(mark).or_default() += 1),
            Err(broken) => panic!("seed {seed}: {broken}\nreplay it with CAMPAIGN_SEED={seed}"),
        }
    }
    seen
}
