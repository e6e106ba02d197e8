//! A Parallel state: one attempt.

use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::Value;

use super::super::branch::EventChain;
use super::super::history::{Details, EventKind};
use super::super::visit::Visit;
use super::super::walk::walk;
use super::concurrently::concurrently;
use crate::definition::machine::Machine;
use crate::expression::template::Template;
use crate::fault::Failure;

/// Runs all branches and returns the array of their outputs.
pub(super) async fn perform(
    visit: &Visit<'_>,
    branches: &[Arc<Machine>],
    arguments: Option<&Template>,
) -> Result<Value, Failure> {
    let input = input(visit, arguments).map_err(|fault| visit.fail(fault))?;
    let chain = &visit.branch.chain;
    let started = chain.record(visit.run, EventKind::ParallelStateStarted, Details::default());
    let chains: Vec<Arc<EventChain>> =
        branches.iter().map(|_| EventChain::new(started, chain.is_silent())).collect();
    let mut outputs = vec![Value::Null; branches.len()];
    let begin = |index: usize| match (branches.get(index), chains.get(index)) {
        (Some(machine), Some(chain)) => {
            let branch = visit.branch.inside(Arc::clone(chain));
            walk(visit.run, machine, branch, Arc::clone(&input))
        }
        _ => Box::pin(std::future::pending()),
    };
    let done = |index: usize, result: Result<Arc<Value>, Failure>| match result {
        Ok(output) => {
            if let Some(place) = outputs.get_mut(index) {
                *place = Arc::unwrap_or_clone(output);
            }
            if let Some(chain) = chains.get(index) {
                chain.set_abort(None);
            }
            ControlFlow::Continue(())
        }
        Err(failure) => ControlFlow::Break(failure),
    };
    match concurrently(branches.len(), branches.len(), begin, done).await {
        ControlFlow::Continue(()) => {
            chain.record(visit.run, EventKind::ParallelStateSucceeded, Details::default());
            Ok(Value::Array(outputs))
        }
        ControlFlow::Break(failure) => {
            if !failure.ends_execution() {
                chains.iter().for_each(|chain| chain.abort(visit.run));
            }
            Err(failure)
        }
    }
}

fn input(
    visit: &Visit<'_>,
    arguments: Option<&Template>,
) -> Result<Arc<Value>, crate::fault::Fault> {
    let input = visit.effective_input()?;
    match arguments {
        Some(arguments) => arguments.evaluate(&visit.scope(&input)).map(Arc::new),
        None => Ok(input),
    }
}
