//! A flow's tests: messages, what its tasks answer, and what has to come of it.
//!
//! [`Suite::read`] reads the files and finds everything that is wrong with them; [`run`] plays every test as
//! `deployer local` would (`simulation`), and says how what happened differs from what was expected.
//! [`Coverage`] adds up what of the definition the tests came through. The format is in `docs/flows.md`.

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
#[cfg(test)]
mod hostile_tests;
mod result;
mod runner;
mod setup;
mod sibling_file;
mod suite;
mod summary;

pub use coverage::{Coverage, CoveredPart};
pub use difference::{Aspect, Difference};
pub use flow_under_test::FlowUnderTest;
pub use result::TestResult;
pub use runner::{TestRun, run};
pub use suite::Suite;
pub use summary::TestSummary;
