//! Measurements of the Python handler of the original application.
//!
//! Medians of 2026-11-21 on the development machine (two cores of an AMD EPYC as a KVM guest,
//! Debian 12, nothing else running): CPython 3.12.1, boto3 1.44.5, awslambdaric 4.2.2, a new
//! message whose execution has finished, TLS to a test double of AWS that answers at once. Ratios
//! to measurements on another machine are hardly meaningful.

/// From the start of the process to its first request for an event, in milliseconds.
pub(crate) const COLD: f64 = 170.6;
/// The first invocation of a process, in milliseconds.
pub(crate) const FIRST: f64 = 104.7;
/// Both, in milliseconds.
pub(crate) const COLD_AND_FIRST: f64 = 279.9;
/// A later invocation, in milliseconds.
pub(crate) const WARM: f64 = 23.1;
/// The 99th percentile of the same.
pub(crate) const WARM_P99: f64 = 79.2;
/// CPU time of a later invocation, in milliseconds.
pub(crate) const CPU_OF_WARM: f64 = 20.5;
/// Peak resident memory, in MiB.
pub(crate) const PEAK_MEMORY: f64 = 52.2;
