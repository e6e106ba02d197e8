//! A distributed Map: each iteration is a child execution, whose events are not in the history of
//! the parent.

use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::{Value, json};

use super::super::branch::{Branch, EventChain};
use super::super::history::{Details, EventKind};
use super::super::visit::Visit;
use super::super::walk::{Walk, walk};
use super::concurrently::concurrently;
use super::items::{item_input, map_run_arn};
use super::map_settings::{MapSettings, number};
use super::{reader, writer};
use crate::definition::machine::{Batcher, Map};
use crate::expression::context::{ExecutionInfo, Identity, MapItem};
use crate::expression::digest;
use crate::expression::variables::Variables;
use crate::fault::{Failure, FailureKind, Fault};
use crate::limits::DISTRIBUTED_CONCURRENCY;

/// Runs all child executions and returns the array of their outputs.
pub(super) async fn perform(
    visit: &Visit<'_>,
    map: &Map,
    input: &Arc<Value>,
    found: Option<Vec<MapItem>>,
    settings: &MapSettings,
) -> Result<Value, Failure> {
    let arn = map_run_arn(visit, map);
    let details = Details { map_run_arn: Some(arn.clone()), ..Details::default() };
    visit.branch.chain.record(visit.run, EventKind::MapRunStarted, details);
    let ended = match inputs(visit, map, input, found, settings).await {
        Ok(inputs) => children(visit, map, inputs, settings).await,
        Err(fault) => Err(visit.fail(fault)),
    };
    let ended = match (ended, &map.writer) {
        (Ok(results), Some(writer)) => {
            writer::write(visit, writer, results, &arn, input).map_err(|fault| visit.fail(fault))
        }
        (ended, _) => ended.map(Value::Array),
    };
    match &ended {
        Ok(_) => {
            visit.branch.chain.record(visit.run, EventKind::MapRunSucceeded, Details::default());
        }
        Err(failure) if !failure.ends_execution() => {
            let (error, cause) = (failure.error.clone(), failure.cause.clone());
            let details = Details { error, cause, ..Details::default() };
            visit.branch.chain.record(visit.run, EventKind::MapRunFailed, details);
        }
        Err(_) => {}
    }
    ended
}

/// An item of the Map, and the input of its child execution.
type Input = (MapItem, Arc<Value>);

async fn inputs(
    visit: &Visit<'_>,
    map: &Map,
    input: &Arc<Value>,
    found: Option<Vec<MapItem>>,
    settings: &MapSettings,
) -> Result<Vec<Input>, Fault> {
    let mut items = match (found, &map.reader) {
        (Some(found), _) => found,
        (None, Some(reader)) => reader::read(visit, reader, input).await?,
        (None, None) => Vec::new(),
    };
    if let Some(most) = settings.max_items {
        items.truncate(most);
    }
    let mut inputs = Vec::with_capacity(items.len());
    for item in items {
        let selected = item_input(visit, map, input, &item)?;
        inputs.push((item, selected));
    }
    match &map.batcher {
        Some(batcher) => batches(visit, batcher, input, inputs),
        None => Ok(inputs),
    }
}

/// Groups inputs into batches: `{"BatchInput": …, "Items": […]}`.
fn batches(
    visit: &Visit<'_>,
    batcher: &Batcher,
    input: &Value,
    inputs: Vec<Input>,
) -> Result<Vec<Input>, Fault> {
    let most = |setting: Option<&_>| -> Result<f64, Fault> {
        setting.map_or(Ok(f64::INFINITY), |setting| number(visit, setting, input, true))
    };
    let (most_items, most_bytes) =
        (most(batcher.max_items.as_ref())?, most(batcher.max_bytes.as_ref())?);
    let shared =
        batcher.input.as_ref().map(|shared| shared.evaluate(&visit.scope(input))).transpose()?;
    let mut batches: Vec<Vec<Value>> = Vec::new();
    let mut bytes = 0.0;
    for (_, value) in inputs {
        let size = value.to_string().len() as f64;
        bytes += size;
        match batches.last_mut() {
            Some(batch) if (batch.len() as f64) < most_items && bytes <= most_bytes => {
                batch.push((*value).clone());
            }
            _ => {
                batches.push(vec![(*value).clone()]);
                bytes = size;
            }
        }
    }
    let batch = |(index, items): (usize, Vec<Value>)| {
        let mut input = json!({ "Items": items });
        if let Some(shared) = &shared {
            input["BatchInput"] = shared.clone();
        }
        let value = Arc::new(input);
        (MapItem { index, key: None, value: Arc::clone(&value) }, value)
    };
    Ok(batches.into_iter().enumerate().map(batch).collect())
}

async fn children(
    visit: &Visit<'_>,
    map: &Map,
    inputs: Vec<Input>,
    settings: &MapSettings,
) -> Result<Vec<Value>, Failure> {
    let limit = match settings.concurrency {
        0 => DISTRIBUTED_CONCURRENCY,
        given => given.min(DISTRIBUTED_CONCURRENCY),
    };
    let total = inputs.len();
    let mut outputs = vec![Value::Null; total];
    let mut failed = 0_usize;
    let begin = |index: usize| match inputs.get(index) {
        Some((item, input)) => child(visit, map, item, input),
        None => Box::pin(std::future::pending()) as Walk<'_>,
    };
    let done = |index: usize, result: Result<Arc<Value>, Failure>| {
        let output = match result {
            Ok(output) => Arc::unwrap_or_clone(output),
            Err(failure) => {
                failed += 1;
                if !tolerated(failed, total, settings) {
                    return ControlFlow::Break(());
                }
                json!({ "Error": failure.error, "Cause": failure.cause })
            }
        };
        if let Some(place) = outputs.get_mut(index) {
            *place = output;
        }
        ControlFlow::Continue(())
    };
    match concurrently(total, limit, begin, done).await {
        ControlFlow::Continue(()) => Ok(outputs),
        ControlFlow::Break(()) => {
            let error = "States.ExceedToleratedFailureThreshold".to_owned();
            let cause = "The specified tolerated failure threshold was exceeded".to_owned();
            Err(Failure::new(Some(error), Some(cause), FailureKind::Ordinary))
        }
    }
}

/// Whether this many failures are within all given thresholds. Without any, none is tolerated.
fn tolerated(failed: usize, total: usize, settings: &MapSettings) -> bool {
    let (failed, total) = (failed as f64, total as f64);
    let by_count = settings.tolerated_count.map(|most| failed <= most);
    let by_share = settings.tolerated_percentage.map(|most| failed * 100.0 <= most * total);
    match (by_count, by_share) {
        (None, None) => false,
        (by_count, by_share) => by_count.unwrap_or(true) && by_share.unwrap_or(true),
    }
}

fn child<'a>(visit: &'a Visit<'_>, map: &'a Map, item: &MapItem, input: &Arc<Value>) -> Walk<'a> {
    let parent = &visit.branch.execution;
    let name = digest::uuid(&mut visit.run.ambient.random());
    let machine_arn = parent.identity.machine_arn.clone();
    let execution_arn =
        format!("{}:{name}", machine_arn.replacen(":stateMachine:", ":execution:", 1));
    let identity = Identity { execution_arn, execution_name: name, ..parent.identity.clone() };
    let started = visit.run.ambient.now();
    let execution = ExecutionInfo { identity, input: Arc::clone(input), started };
    let branch = Branch {
        execution: Arc::new(execution),
        variables: Arc::new(Variables::default()),
        item: Some(item.clone()),
        iterations: [visit.branch.iterations.as_slice(), &[item.index]].concat(),
        nested: true,
        // Its events are numbered as if after `ExecutionStarted`: the causes of errors contain the
        // numbers, although the events are not recorded.
        chain: EventChain::new(1, true),
    };
    walk(visit.run, &map.processor, branch, Arc::clone(input))
}
