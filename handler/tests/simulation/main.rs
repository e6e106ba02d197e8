//! The short version of the proof: all schedules of two overlapping invocations with one fault, and
//! many random schedules of up to three. The long version is
//! `cargo bench -p handler --bench simulation`.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod proof;

use proof::campaign::{self, Failure};
use proof::catalog;
use proof::mail::Mail;
use proof::statistics::{Mark, Statistics};

/// The minimum number of schedules. If there are fewer, some are no longer explored.
const WITH_ONE_FAULT: u64 = 225_000;
const WITHOUT_FAULTS: u64 = 27_000;
const OF_SES_WITH_ONE_FAULT: u64 = 39_000;
const OF_SES_WITHOUT_FAULTS: u64 = 21_500;

/// Only random schedules have marks that need time, several pages or a third invocation.
const RANDOM_ONLY: [Mark; 7] = [
    Mark::OutOfTime,
    Mark::Delayed,
    Mark::SeveralPages,
    Mark::ThreeAtOnce,
    Mark::ClockOff,
    Mark::LongAfterExpiry,
    Mark::EntryExpired,
];

/// Only schedules of a message from SES have marks about bounces.
const SES_ONLY: [Mark; 4] =
    [Mark::BounceSent, Mark::BounceRepeated, Mark::BounceNoted, Mark::BounceNotSent];

/// Only schedules of a message from WorkMail have these marks: SES always waits for an answer, and
/// the original application never got a message from it.
const WORKMAIL_ONLY: [Mark; 2] = [Mark::AnsweredAtOnce, Mark::InheritedEntry];

/// The marks that no schedule has.
fn never_seen(statistics: &Statistics) -> Vec<Mark> {
    statistics.counts().filter(|(_, count)| *count == 0).map(|(mark, _)| mark).collect()
}

fn held(result: Result<Statistics, Box<Failure>>) -> Statistics {
    result.unwrap_or_else(|failure| panic!("{failure}"))
}

#[test]
fn every_overlap_of_two_invocations_with_one_fault() {
    let statistics = held(campaign::exhaustive(&Mail::from_workmail(), &catalog::chosen(), 2, 1));
    assert!(
        statistics.schedules >= WITH_ONE_FAULT,
        "there were only {} schedules",
        statistics.schedules
    );
    assert_eq!(never_seen(&statistics), [&RANDOM_ONLY[..], &SES_ONLY].concat());
}

#[test]
fn every_overlap_without_faults_under_all_settings() {
    let statistics = held(campaign::exhaustive(&Mail::from_workmail(), &catalog::all(), 2, 0));
    assert!(
        statistics.schedules >= WITHOUT_FAULTS,
        "there were only {} schedules",
        statistics.schedules
    );
}

#[test]
fn random_schedules_of_up_to_three_invocations_at_once() {
    let statistics = held(campaign::random(&Mail::from_workmail(), 0..25_000));
    assert_eq!(statistics.schedules, 25_000);
    assert_eq!(never_seen(&statistics), SES_ONLY);
}

#[test]
fn every_overlap_for_a_message_from_ses_with_one_fault() {
    // The long version has the scenarios with longer scripts, too.
    let mut short = catalog::of_ses();
    short.retain(|scenario| scenario.script.len() == 1 && scenario.settings.len() == 1);
    let statistics = held(campaign::exhaustive(&Mail::from_ses(), &short, 2, 1));
    assert!(
        statistics.schedules >= OF_SES_WITH_ONE_FAULT,
        "there were only {} schedules",
        statistics.schedules
    );
    let unseen = never_seen(&statistics);
    assert!(SES_ONLY.iter().all(|mark| !unseen.contains(mark)), "{unseen:?}");
}

#[test]
fn every_overlap_for_a_message_from_ses_without_faults() {
    let statistics = held(campaign::exhaustive(&Mail::from_ses(), &catalog::of_ses(), 2, 0));
    assert!(
        statistics.schedules >= OF_SES_WITHOUT_FAULTS,
        "there were only {} schedules",
        statistics.schedules
    );
}

#[test]
fn random_schedules_for_a_message_from_ses() {
    let statistics = held(campaign::random(&Mail::from_ses(), 0..25_000));
    assert_eq!(statistics.schedules, 25_000);
    assert_eq!(never_seen(&statistics), WORKMAIL_ONLY);
}

#[test]
fn a_seed_always_replays_the_same_schedule() {
    for mail in [Mail::from_workmail(), Mail::from_ses()] {
        let (held, transcript) = campaign::replay(&mail, 7);
        assert_eq!(held, Ok(()));
        assert!(transcript.len() > 3, "{transcript:?}");
        assert_eq!(campaign::replay(&mail, 7).1, transcript);
    }
}
