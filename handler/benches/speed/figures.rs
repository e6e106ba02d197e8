//! Many measurements of one thing.

use std::time::Duration;

/// Durations, of which some order statistics are told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Figures(Vec<Duration>);

impl Figures {
    pub(crate) fn push(&mut self, figure: Duration) {
        self.0.push(figure);
    }

    /// The value that `percent` of all are not above, in milliseconds.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (sorted.len() * percent).div_ceil(100).max(1);
        sorted[rank - 1].as_secs_f64() * 1e3
    }

    pub(crate) fn median(&self) -> f64 {
        self.percentile(50)
    }
}
