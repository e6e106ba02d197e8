//! A Parallel state: one attempt.

use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::Value;

use super::super::branch::Trail;
use super::super::history::{Details, EventKind};
use super::super::visit::Visit;
use super::super::walk::walk;
use super::concurrently::side_by_side;
use crate::definition::machine::Machine;
use crate::expression::template::Template;
use crate::fault::Failure;

/// Runs all branches; the list of their outputs.
pub(super) async fn perform(
    visit: &Visit<'_>,
    branches: &[Arc<Machine>],
    arguments: Option<&Template>,
) -> Result<Value, Failure> {
    let input = input(visit, arguments).map_err(|fault| visit.fail(fault))?;
    let trail = &visit.line.trail;
    let started = trail.record(visit.run, EventKind::ParallelStateStarted, Details::default());
    let trails: Vec<Arc<Trail>> =
        branches.iter().map(|_| Trail::new(started, trail.is_unheard())).collect();
    let mut outputs = vec![Value::Null; branches.len()];
    let begin = |index: usize| match (branches.get(index), trails.get(index)) {
        (Some(branch), Some(trail)) => {
            let line = visit.line.inside(Arc::clone(trail));
            walk(visit.run, branch, line, Arc::clone(&input))
        }
        _ => Box::pin(std::future::pending()),
    };
    let done = |index: usize, result: Result<Arc<Value>, Failure>| match result {
        Ok(output) => {
            if let Some(place) = outputs.get_mut(index) {
                *place = Arc::unwrap_or_clone(output);
            }
            if let Some(trail) = trails.get(index) {
                trail.set_abort(None);
            }
            ControlFlow::Continue(())
        }
        Err(failure) => ControlFlow::Break(failure),
    };
    match side_by_side(branches.len(), branches.len(), begin, done).await {
        ControlFlow::Continue(()) => {
            trail.record(visit.run, EventKind::ParallelStateSucceeded, Details::default());
            Ok(Value::Array(outputs))
        }
        ControlFlow::Break(failure) => {
            if !failure.ends_execution() {
                trails.iter().for_each(|trail| trail.abort(visit.run));
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
        Some(arguments) => arguments.evaluate(&visit.scene(&input)).map(Arc::new),
        None => Ok(input),
    }
}
