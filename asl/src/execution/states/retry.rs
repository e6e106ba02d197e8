//! Retrying and catching: how Task, Parallel and Map states handle failures.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::coverage::Part;
use super::super::history::{Details, EventKind};
use super::super::visit::{Exit, Visit, assigned};
use super::{map, parallel, task};
use crate::definition::machine::{Catcher, Kind, Retrier};
use crate::expression::template::QueryLanguage;
use crate::fault::{Failure, FailureKind, Fault};

/// Attempts a state, with all its retries, until it exits by itself or through a catcher.
pub(crate) async fn run_with_retries(visit: &mut Visit<'_>) -> Result<Exit, Failure> {
    let mut tried = vec![0_u32; visit.state.retry.len()];
    loop {
        let failure = match attempt(visit).await {
            Ok(exit) => return Ok(exit),
            Err(failure) => failure,
        };
        if let Some((nth, delay)) = next_delay(visit, &failure, &mut tried) {
            visit.run.clock.sleep(delay).await;
            visit.run.cover(&visit.state.name, Part::Retry(nth));
            visit.run.count_state().map_err(|fault| visit.fail(fault))?;
            visit.context.retries = visit.context.retries.map(|retries| retries.saturating_add(1));
            continue;
        }
        let event = match visit.state.kind {
            Kind::Parallel { .. } => Some(EventKind::ParallelStateFailed),
            Kind::Map(_) => Some(EventKind::MapStateFailed),
            _ => None,
        };
        let mut catchers = visit.state.catch.iter().enumerate();
        let catcher = catchers.find(|(_, catcher)| catcher.takes(&failure));
        if let Some(event) = event.filter(|_| catcher.is_some() || !failure.ends_execution()) {
            visit.branch.chain.record(visit.run, event, Details::default());
            visit.branch.chain.set_abort(None);
        }
        return match catcher {
            Some((nth, catcher)) => {
                let exit = catch(visit, nth, catcher, &failure);
                exit.map_err(|fault| visit.fail(fault))
            }
            None => Err(failure),
        };
    }
}

async fn attempt(visit: &mut Visit<'_>) -> Result<Exit, Failure> {
    let result = match &visit.state.kind {
        Kind::Task(task) => task::perform(visit, task).await?,
        Kind::Parallel { branches, arguments } => {
            parallel::perform(visit, branches, arguments.as_ref()).await?
        }
        Kind::Map(map) => map::perform(visit, map).await?,
        _ => return visit.exit_unchanged().map_err(|fault| visit.fail(fault)),
    };
    visit.exit_with(result).map_err(|fault| visit.fail(fault))
}

/// The retrier that allows another attempt, and the delay before it.
fn next_delay(
    visit: &Visit<'_>,
    failure: &Failure,
    tried: &mut [u32],
) -> Option<(usize, Duration)> {
    let at = visit.state.retry.iter().position(|retrier| retrier.takes(failure))?;
    let (retrier, tried) = (visit.state.retry.get(at)?, tried.get_mut(at)?);
    if *tried >= retrier.attempts {
        return None;
    }
    let delay = retrier.delay(*tried);
    *tried += 1;
    let jitter = retrier.jitter;
    Some((at, if jitter { delay.mul_f64(visit.run.ambient.random().f64()) } else { delay }))
}

impl Retrier {
    fn takes(&self, failure: &Failure) -> bool {
        self.errors.iter().any(|name| failure.matches(name))
    }

    /// The delay after this many retries, without jitter.
    fn delay(&self, retries: u32) -> Duration {
        let most = self.max_delay.unwrap_or(Duration::from_secs(31_622_400));
        let factor = self.backoff.powi(i32::try_from(retries).unwrap_or(i32::MAX));
        let seconds = self.interval.as_secs_f64() * factor;
        if seconds < most.as_secs_f64() { Duration::from_secs_f64(seconds) } else { most }
    }
}

impl Catcher {
    fn takes(&self, failure: &Failure) -> bool {
        self.errors.iter().any(|name| failure.matches(name))
    }
}

/// The error output that a catcher gets. An empty or missing text is `null`, except for the cause
/// of a timeout, which is an empty string.
fn error_output(failure: &Failure) -> Value {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let cause = match failure.kind {
        FailureKind::TimedOut(_) => Some(failure.cause.clone().unwrap_or_default()),
        _ => given(&failure.cause),
    };
    json!({ "Error": given(&failure.error), "Cause": cause })
}

fn catch(
    visit: &Visit<'_>,
    nth: usize,
    catcher: &Catcher,
    failure: &Failure,
) -> Result<Exit, Fault> {
    let error_output = error_output(failure);
    let (next, part) = (Some(catcher.next.clone()), Part::Catch(nth));
    if visit.state.language == QueryLanguage::Jsonata {
        let mut scope = visit.scope(&visit.input);
        scope.error_output = Some(&error_output);
        let output = catcher.output.as_ref().map(|output| output.evaluate(&scope)).transpose()?;
        let assigned = assigned(catcher.assign.as_ref(), &scope)?;
        return Ok(Exit { output: output.unwrap_or(error_output), assigned, next, part });
    }
    let assigned = assigned(catcher.assign.as_ref(), &visit.scope(&error_output))?;
    let output = visit.join(&catcher.result_path, error_output)?;
    Ok(Exit { output, assigned, next, part })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_up_to_the_maximum() {
        let mut retrier = Retrier {
            errors: Vec::new(),
            interval: Duration::from_secs(3),
            attempts: 5,
            backoff: 2.0,
            max_delay: None,
            jitter: false,
        };
        let seconds = |retrier: &Retrier| [0, 1, 2].map(|n| retrier.delay(n).as_secs());
        assert_eq!(seconds(&retrier), [3, 6, 12]);
        retrier.max_delay = Some(Duration::from_secs(5));
        assert_eq!(seconds(&retrier), [3, 5, 5]);
        assert_eq!(retrier.delay(u32::MAX).as_secs(), 5);
    }
}
