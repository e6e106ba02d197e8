//! Many measurements of the same quantity.

use std::time::Duration;

/// Durations and their order statistics.
#[derive(Debug, Clone, Default)]
pub(crate) struct Samples(Vec<Duration>);

impl Samples {
    pub(crate) fn push(&mut self, sample: Duration) {
        self.0.push(sample);
    }

    /// A percentile, in milliseconds.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (sorted.len() * percent).div_ceil(100).max(1);
        sorted[rank - 1].as_secs_f64() * 1e3
    }

    pub(crate) fn median(&self) -> f64 {
        self.percentile(50)
    }

    /// The ratio to the durations of `floor`: the median over the pairs that were measured one
    /// after the other, which is least affected by changes in the speed of the machine.
    pub(crate) fn times(&self, floor: &Self) -> f64 {
        let pairs = self.0.iter().zip(&floor.0);
        let mut ratios: Vec<f64> =
            pairs.map(|(ours, floors)| ours.as_secs_f64() / floors.as_secs_f64()).collect();
        ratios.sort_unstable_by(f64::total_cmp);
        ratios[ratios.len() / 2]
    }
}
