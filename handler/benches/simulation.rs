//! The long version of the proof in `tests/simulation`, with many more schedules.
//!
//! ```sh
//! cargo bench -p handler --no-default-features --bench simulation                  # everything
//! cargo bench -p handler --no-default-features --bench simulation -- 5000000 42    # 5000000 seeds, starting at 42
//! cargo bench -p handler --no-default-features --bench simulation -- replay 42     # one schedule, step by step
//! cargo bench -p handler --no-default-features --bench simulation -- ses           # the same for a message from SES
//! ```

#![expect(clippy::unwrap_used, reason = "a proof that panics has failed, as it should")]
#![expect(clippy::print_stdout, reason = "this program prints its results")]

#[path = "../tests/simulation/proof/mod.rs"]
mod proof;

use std::process::ExitCode;
use std::time::Instant;

use proof::campaign::{self, Failure};
use proof::catalog;
use proof::mail::Mail;
use proof::statistics::Statistics;

/// The default number of random schedules.
const SCHEDULES: u64 = 1_000_000;

fn main() -> ExitCode {
    // Cargo adds `--bench` to the arguments.
    let mut words: Vec<String> =
        std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let mail = if words.first().is_some_and(|word| word == "ses") {
        words.remove(0);
        Mail::from_ses()
    } else {
        Mail::from_workmail()
    };
    let number = |word: &str| word.parse().unwrap_or_else(|_| panic!("`{word}` is no number"));
    let held = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["replay", seed] => replay(&mail, number(seed)),
        [] => everything(&mail) && random(&mail, 0, SCHEDULES),
        [schedules] => random(&mail, 0, number(schedules)),
        [schedules, first] => random(&mail, number(first), number(schedules)),
        _ => panic!("the arguments are [ses] [SCHEDULES [FIRST_SEED]], or [ses] `replay` SEED"),
    };
    if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn everything(mail: &Mail) -> bool {
    let (all, chosen) = if mail.is_from_ses() {
        (catalog::of_ses(), catalog::of_ses())
    } else {
        (catalog::all(), catalog::chosen())
    };
    // Three invocations at once have too many schedules unless the script is short.
    let short: Vec<_> = chosen.iter().filter(|one| one.script.len() == 1).cloned().collect();
    let extents = [(&all, 2, 1), (&chosen, 2, 2), (&short, 3, 0)];
    extents.into_iter().all(|(scenarios, at_once, faults)| {
        let title = format!(
            "all schedules of {} scenarios, {at_once} at once, at most {faults} faults",
            scenarios.len()
        );
        report(&title, || campaign::exhaustive(mail, scenarios, at_once, faults))
    })
}

fn random(mail: &Mail, first: u64, schedules: u64) -> bool {
    let seeds = first..first + schedules;
    report(&format!("random schedules, seeds {seeds:?}"), || campaign::random(mail, seeds))
}

fn report(title: &str, schedules: impl FnOnce() -> Result<Statistics, Box<Failure>>) -> bool {
    let begun = Instant::now();
    let result = schedules();
    println!("{title}: {:.1} s", begun.elapsed().as_secs_f64());
    match &result {
        Ok(statistics) => {
            println!("{} schedules, everything held; of them with", statistics.schedules);
            statistics.counts().for_each(|(mark, count)| println!("  {count:>10} {mark:?}"));
        }
        Err(failure) => println!("{failure}"),
    }
    result.is_ok()
}

fn replay(mail: &Mail, seed: u64) -> bool {
    let (held, transcript) = campaign::replay(mail, seed);
    transcript.iter().for_each(|line| println!("{line}"));
    match &held {
        Ok(()) => println!("everything held"),
        Err(violation) => println!("{violation}"),
    }
    held.is_ok()
}
