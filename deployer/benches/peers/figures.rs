//! Measurements of runs of a program.

use std::ops::Add;

use serde::Deserialize;

/// The measurements of one run.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Run {
    wall_ms: f64,
    cpu_ms: f64,
    peak_kib: u64,
}

/// Two programs that run one after the other.
impl Add for Run {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            wall_ms: self.wall_ms + other.wall_ms,
            cpu_ms: self.cpu_ms + other.cpu_ms,
            peak_kib: self.peak_kib.max(other.peak_kib),
        }
    }
}

/// Runs of the same thing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Figures(pub(crate) Vec<Run>);

impl Figures {
    /// Wall time in milliseconds: median, minimum, maximum.
    pub(crate) fn wall(&self) -> (f64, f64, f64) {
        let sorted = sorted(self.0.iter().map(|run| run.wall_ms));
        (sorted[sorted.len() / 2], sorted[0], sorted[sorted.len() - 1])
    }

    /// The median of the CPU time in milliseconds, user and system.
    pub(crate) fn cpu(&self) -> f64 {
        let sorted = sorted(self.0.iter().map(|run| run.cpu_ms));
        sorted[sorted.len() / 2]
    }

    /// The peak resident memory of all runs, in MiB.
    pub(crate) fn peak(&self) -> f64 {
        let peak = self.0.iter().map(|run| run.peak_kib).max().unwrap_or_default();
        peak as f64 / 1024.0
    }

    /// How many times as long the other program took as ours: the median over pairs that were
    /// measured one after the other. Pairs are affected least by a machine whose speed varies.
    pub(crate) fn times(&self, ours: &Self) -> f64 {
        let pairs = self.0.iter().zip(&ours.0);
        let ratios = sorted(pairs.map(|(theirs, ours)| theirs.wall_ms / ours.wall_ms));
        ratios[ratios.len() / 2]
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values
}
