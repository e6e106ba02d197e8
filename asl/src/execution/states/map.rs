//! A Map state: one attempt, and its inline iterations.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::super::branch::EventChain;
use super::super::history::{Details, EventKind};
use super::super::visit::Visit;
use super::super::walk::{Walk, walk};
use super::concurrently::concurrently;
use super::distributed;
use super::items::{input_items, item_input};
use super::map_settings::{MapSettings, concurrency};
use crate::definition::machine::Map;
use crate::expression::context::MapItem;
use crate::fault::Failure;
use crate::limits::INLINE_CONCURRENCY;

/// Runs all iterations and returns the array of their outputs.
pub(super) async fn perform(visit: &Visit<'_>, map: &Map) -> Result<Value, Failure> {
    let fail = |fault| visit.fail(fault);
    let input = visit.effective_input().map_err(fail)?;
    // Only this setting is checked before `MapStateStarted` is recorded.
    let concurrency = concurrency(visit, map, &input).map_err(fail)?;
    let found = match &map.reader {
        Some(_) => None,
        None => Some(input_items(visit, map, &input).map_err(fail)?),
    };
    let length = Some(found.as_ref().map_or(0, Vec::len));
    let details = Details { length, ..Details::default() };
    let started = visit.branch.chain.record(visit.run, EventKind::MapStateStarted, details);
    let settings = MapSettings::of(visit, map, &input, concurrency).map_err(fail)?;
    let result = if map.distributed {
        distributed::perform(visit, map, &input, found, &settings).await?
    } else {
        let found = found.unwrap_or_default();
        inline(visit, map, &input, &found, settings.concurrency, started).await?
    };
    visit.branch.chain.record(visit.run, EventKind::MapStateSucceeded, Details::default());
    Ok(result)
}

async fn inline(
    visit: &Visit<'_>,
    map: &Map,
    input: &Value,
    items: &[MapItem],
    concurrency: usize,
    started: u64,
) -> Result<Value, Failure> {
    let limit =
        if concurrency == 0 { INLINE_CONCURRENCY } else { concurrency.min(INLINE_CONCURRENCY) };
    let (run, name) = (visit.run, &visit.state.name);
    let silent = visit.branch.chain.is_silent();
    let chains: Vec<Arc<EventChain>> =
        items.iter().map(|_| EventChain::new(started, silent)).collect();
    let mut outputs = vec![Value::Null; items.len()];
    // Which iterations have started and not ended. Both closures below change it, hence the mutex:
    // a `RefCell` would make the future of the execution not `Send`.
    let mut running = vec![false; items.len()];
    let running_cell = Mutex::new(&mut running);
    let of = |index| Details { index: Some(index), ..Details::named(name) };
    let mark = |index: usize, is_running: bool| {
        let mut running = running_cell.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = running.get_mut(index) {
            *place = is_running;
        }
    };
    let begin = |index: usize| match (items.get(index), chains.get(index)) {
        (Some(item), Some(chain)) => {
            chain.record(run, EventKind::MapIterationStarted, of(index));
            mark(index, true);
            iteration(visit, map, input, item, chain)
        }
        _ => Box::pin(std::future::pending()),
    };
    let done = |index: usize, result: Result<Arc<Value>, Failure>| {
        mark(index, false);
        match result {
            Ok(output) => {
                if let (Some(chain), Some(place)) = (chains.get(index), outputs.get_mut(index)) {
                    chain.record(run, EventKind::MapIterationSucceeded, of(index));
                    *place = Arc::unwrap_or_clone(output);
                }
                ControlFlow::Continue(())
            }
            Err(failure) => ControlFlow::Break((index, failure)),
        }
    };
    let ended = concurrently(items.len(), limit, begin, done).await;
    match ended {
        ControlFlow::Continue(()) => Ok(Value::Array(outputs)),
        ControlFlow::Break((index, failure)) => {
            if !failure.ends_execution() {
                abort(visit, index, &chains, &running);
            }
            Err(failure)
        }
    }
}

/// Records that an iteration failed, and that those still running are aborted because of it.
fn abort(visit: &Visit<'_>, failed: usize, chains: &[Arc<EventChain>], running: &[bool]) {
    let details = |index| Details { index: Some(index), ..Details::named(&visit.state.name) };
    if let Some(chain) = chains.get(failed) {
        chain.record(visit.run, EventKind::MapIterationFailed, details(failed));
        chain.abort(visit.run);
    }
    for (index, chain) in chains.iter().enumerate() {
        // An iteration that never started has no events at all.
        if running.get(index) == Some(&true) {
            chain.record(visit.run, EventKind::MapIterationAborted, details(index));
            chain.abort(visit.run);
        }
    }
}

fn iteration<'a>(
    visit: &'a Visit<'_>,
    map: &'a Map,
    input: &Value,
    item: &MapItem,
    chain: &Arc<EventChain>,
) -> Walk<'a> {
    let selected = match item_input(visit, map, input, item) {
        Ok(selected) => selected,
        Err(fault) => {
            let failure = visit.fail(fault);
            return Box::pin(std::future::ready(Err(failure)));
        }
    };
    let mut branch = visit.branch.inside(Arc::clone(chain));
    branch.item = Some(item.clone());
    branch.iterations.push(item.index);
    walk(visit.run, &map.processor, branch, selected)
}
