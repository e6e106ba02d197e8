//! A flow's tests: messages, what its tasks answer, and the expected results.
//!
//! [`Suite::read`] reads the files and finds everything that is wrong with them; [`run`] simulates every test as
//! `deployer local` does (`simulation`), and reports how the result differs from the expectation.
//! [`Coverage`] adds up which parts of the definition the tests cover. The format is in `docs/guides/test-a-flow.md`.

mod calls;
mod coverage;
#[cfg(test)]
mod damaged_tests;
mod difference;
#[cfg(test)]
mod difference_tests;
mod event;
mod expectation;
mod fields;
mod flow_under_test;
mod functions;
#[cfg(test)]
mod hostile_tests;
mod online;
mod result;
mod runner;
mod setup;
mod sibling_file;
mod state_requests;
mod suite;
mod summary;
mod visits;

pub use coverage::{Coverage, CoveredPart};
pub use difference::{Aspect, Difference};
pub use flow_under_test::FlowUnderTest;
pub use functions::FunctionsUnderTest;
pub use online::{NotCompared, OnlineComparison, compare_online};
pub use result::TestResult;
pub use runner::{TestRun, run};
pub use suite::{Suite, Test};
pub use summary::TestSummary;
