//! The proof in small: every schedule of two overlapping invocations with one misfortune, and many
//! random ones of three. The long run is `cargo bench -p handler --bench simulation`.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod proof;

use proof::campaign::{self, Failure};
use proof::catalogue;
use proof::census::{Census, Mark};

/// So many schedules there are at least; with fewer, something is no longer tried.
const WITH_ONE_MISFORTUNE: u64 = 225_000;
const UNDISTURBED: u64 = 27_000;

/// What takes time, pages or a third invocation is left to the random schedules.
const LEFT_TO_CHANCE: [Mark; 7] = [
    Mark::OutOfTime,
    Mark::Delayed,
    Mark::SeveralPages,
    Mark::ThreeAtOnce,
    Mark::ClockOff,
    Mark::LongAfterExpiry,
    Mark::EntryExpired,
];

/// What no schedule came across.
fn never(census: &Census) -> Vec<Mark> {
    census.counts().filter(|(_, count)| *count == 0).map(|(mark, _)| mark).collect()
}

fn held(result: Result<Census, Box<Failure>>) -> Census {
    result.unwrap_or_else(|failure| panic!("{failure}"))
}

#[test]
fn every_overlap_of_two_invocations_with_one_misfortune() {
    let census = held(campaign::exhaustive(&catalogue::chosen(), 2, 1));
    assert!(
        census.schedules >= WITH_ONE_MISFORTUNE,
        "there were only {} schedules",
        census.schedules
    );
    assert_eq!(never(&census), LEFT_TO_CHANCE);
}

#[test]
fn every_undisturbed_overlap_of_two_invocations_under_all_settings() {
    let census = held(campaign::exhaustive(&catalogue::all(), 2, 0));
    assert!(census.schedules >= UNDISTURBED, "there were only {} schedules", census.schedules);
}

#[test]
fn random_schedules_of_up_to_three_invocations_at_once() {
    let census = held(campaign::random(0..25_000));
    assert_eq!(census.schedules, 25_000);
    assert_eq!(never(&census), []);
}

#[test]
fn a_schedule_is_told_from_its_seed_the_same_way_every_time() {
    let (held, transcript) = campaign::replay(7);
    assert_eq!(held, Ok(()));
    assert!(transcript.len() > 3, "{transcript:?}");
    assert_eq!(campaign::replay(7).1, transcript);
}
