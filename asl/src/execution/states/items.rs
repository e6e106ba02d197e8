//! The items of a Map state, and the input of each iteration.

use std::sync::Arc;

use serde_json::Value;

use super::super::visit::{Visit, invalid_path};
use crate::definition::machine::{Items, Map};
use crate::expression::context::{MapItem, StateContext};
use crate::expression::digest;
use crate::expression::scope::Scope;
use crate::expression::template::QueryLanguage;
use crate::fault::{Fault, FaultKind};
use crate::limits::MAX_ITEMS;

/// The items in the input of a Map.
pub(super) fn input_items(
    visit: &Visit<'_>,
    map: &Map,
    input: &Value,
) -> Result<Vec<MapItem>, Fault> {
    let scope = visit.scope(input);
    let fits = |value: &Value| value.is_array() || (map.distributed && value.is_object());
    let items = match &map.items {
        None => input.clone(),
        Some(Items::Path(selector)) => {
            selector.find(&scope).map_err(|missing| invalid_path(selector, &missing))?
        }
        Some(Items::Template(template)) => template.evaluate(&scope)?,
        Some(Items::Jsonata(expression)) => expression.evaluate_as(&scope, "array", fits)?,
    };
    if !fits(&items) {
        return Err(not_a_list(visit, map, &items));
    }
    with_indices(items)
}

fn not_a_list(visit: &Visit<'_>, map: &Map, found: &Value) -> Fault {
    if visit.state.language == QueryLanguage::Jsonata {
        let message = format!("Map state input must be an array but was: {found}");
        return Fault::new(FaultKind::Query(String::new()), message);
    }
    let path = match &map.items {
        Some(Items::Path(selector)) => selector.text.as_str(),
        _ => "$",
    };
    Fault::runtime(format!("Reference path \"{path}\" must point to array."))
}

/// The items of an array, or the members of an object, with their indices.
pub(super) fn with_indices(items: Value) -> Result<Vec<MapItem>, Fault> {
    let items: Vec<MapItem> = match items {
        Value::Array(items) => {
            let items = items.into_iter().enumerate();
            items
                .map(|(index, value)| MapItem { index, key: None, value: Arc::new(value) })
                .collect()
        }
        Value::Object(members) => {
            let members = members.into_iter().enumerate();
            members
                .map(|(index, (key, value))| MapItem {
                    index,
                    key: Some(key),
                    value: Arc::new(value),
                })
                .collect()
        }
        _ => Vec::new(),
    };
    if items.len() > MAX_ITEMS {
        let message = format!("The Map state has more than {MAX_ITEMS} items.");
        return Err(Fault::new(FaultKind::Exhausted, message));
    }
    Ok(items)
}

/// The input of an iteration: the item, or the value of `ItemSelector`.
pub(super) fn item_input(
    visit: &Visit<'_>,
    map: &Map,
    input: &Value,
    item: &MapItem,
) -> Result<Arc<Value>, Fault> {
    let Some(selector) = &map.item_selector else {
        return Ok(match &item.key {
            Some(key) => Arc::new(serde_json::json!({ "Key": key, "Value": *item.value })),
            None => Arc::clone(&item.value),
        });
    };
    let context = StateContext { item: Some(item.clone()), ..visit.context.clone() };
    let scope = Scope::new(input, &context, &visit.branch.variables, &visit.run.ambient);
    selector.evaluate(&scope).map(Arc::new)
}

/// The ARN of the Map Run of a distributed Map.
pub(super) fn map_run_arn(visit: &Visit<'_>, map: &Map) -> String {
    let identity = &visit.branch.execution.identity;
    let mut random = visit.run.ambient.random();
    let machine = identity.machine_arn.replacen(":stateMachine:", ":mapRun:", 1);
    let label = map.label.clone().unwrap_or_else(|| digest::uuid(&mut random));
    format!("{machine}/{label}:{}", digest::uuid(&mut random))
}

/// The fault of a reader, a batcher or a writer.
pub(super) fn map_run_fault(error: &'static str, message: impl Into<String>) -> Fault {
    Fault::new(FaultKind::MapRun(error), message)
}
