//! The proof in small: every schedule of two overlapping invocations with one misfortune, and many
//! random ones. The long run is `cargo bench -p handler --bench simulation`.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod proof;

use proof::{campaign, catalogue, census::Census};

#[test]
fn every_overlap_of_two_with_one_misfortune() {
    let mut census = Census::default();
    for scenario in catalogue::scenarios() {
        let begun = std::time::Instant::now();
        match campaign::exhaustive(&scenario, 2, 1) {
            Ok(more) => {
                eprintln!("{:6} {:5} {}", more.schedules, begun.elapsed().as_millis(), scenario.name);
                census.add(&more)
            }
            Err(failure) => panic!("{failure}"),
        }
    }
    eprintln!("{} {:?}", census.schedules, census.never());
}

#[test]
fn random_schedules() {
    match campaign::random(1..20_001) {
        Ok(census) => eprintln!("{census:?}"),
        Err(failure) => panic!("{failure}"),
    }
}
