//! Runs work on all cores, with the same result as on one core.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, available_parallelism};

use super::campaign::Failure;
use super::statistics::Statistics;

/// Runs all chunks of work and adds up the statistics. If several chunks fail, the failure of the
/// first one is returned, as on one core.
pub(crate) fn in_parallel<W: Sync>(
    work: &[W],
    run: impl Fn(&W) -> Result<Statistics, Box<Failure>> + Sync,
) -> Result<Statistics, Box<Failure>> {
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let worker = || {
        let mut results = Vec::new();
        while !failed.load(Ordering::Relaxed) {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(piece) = work.get(at) else { break };
            let result = run(piece);
            failed.fetch_or(result.is_err(), Ordering::Relaxed);
            results.push((at, result));
        }
        results
    };
    let mut results = thread::scope(|scope| {
        let workers = available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        let joined = workers.into_iter().map(|worker| worker.join().expect("no worker panics"));
        joined.flatten().collect::<Vec<_>>()
    });
    results.sort_by_key(|(at, _)| *at);
    let mut statistics = Statistics::default();
    for (_, result) in results {
        match result {
            Ok(counted) => statistics.add(&counted),
            Err(mut failure) => {
                failure.after += statistics.schedules;
                return Err(failure);
            }
        }
    }
    Ok(statistics)
}
