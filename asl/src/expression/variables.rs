//! Variables, which `Assign` sets.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

/// The variables that a state can read: those of its own machine, and those of the enclosing
/// machines, which it cannot change.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variables {
    own: BTreeMap<String, Arc<Value>>,
    outer: Option<Arc<Variables>>,
}

impl Variables {
    /// The variables of a branch or an iteration inside a machine.
    pub(crate) fn inside(outer: &Arc<Variables>) -> Self {
        Self { own: BTreeMap::new(), outer: Some(Arc::clone(outer)) }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Arc<Value>> {
        let mut scope = self;
        loop {
            if let Some(value) = scope.own.get(name) {
                return Some(value);
            }
            scope = scope.outer.as_deref()?;
        }
    }

    pub(crate) fn assign(&mut self, values: Map<String, Value>) {
        self.own.extend(values.into_iter().map(|(name, value)| (name, Arc::new(value))));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn inner_machines_see_outer_variables_and_keep_their_own() {
        let set = |variables: &mut Variables, name: &str, value| {
            variables.assign(Map::from_iter([(name.to_owned(), value)]));
        };
        let mut outer = Variables::default();
        set(&mut outer, "a", json!(1));
        let outer = Arc::new(outer);
        let mut inner = Variables::inside(&outer);
        set(&mut inner, "b", json!(2));
        assert_eq!(inner.get("a").map(|value| &**value), Some(&json!(1)));
        assert_eq!(inner.get("b").map(|value| &**value), Some(&json!(2)));
        assert!(outer.get("b").is_none());
    }
}
