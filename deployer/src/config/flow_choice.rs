//! Which flow the layers choose. A flow replaces the state machine of a lower layer, and a state
//! machine replaces a flow; parameters go with the flow that is chosen where they are written.

use std::path::Path;

use super::keys::{Layer, LayerValue};

/// The flow that a layer chooses.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FlowChoice {
    pub(super) layer: Layer,
    /// `flow` or `state-machine`.
    pub(super) key: &'static str,
    pub(super) value: String,
}

/// The choices of all layers, lowest first.
#[derive(Debug, Default)]
pub(super) struct FlowChoices(Vec<FlowChoice>);

impl FlowChoices {
    /// From the values of `flow` and `state-machine` in the layers.
    pub(super) fn of(flows: &[LayerValue], machines: &[LayerValue]) -> Self {
        let choices = |key: &'static str, values: &[LayerValue]| -> Vec<FlowChoice> {
            let choice = |value: &LayerValue| {
                let value_of = value.entries.last()?.text.clone();
                Some(FlowChoice { layer: value.layer, key, value: value_of })
            };
            values.iter().filter_map(choice).collect()
        };
        let mut all = choices("flow", flows);
        all.extend(choices("state-machine", machines));
        all.sort_by_key(|choice| choice.layer);
        Self(all)
    }

    /// The choice that counts.
    pub(super) fn chosen(&self) -> Option<&FlowChoice> {
        self.0.last()
    }

    /// Whether the parameters of a layer are for another flow than the one that counts.
    pub(super) fn replaces_parameters_of(&self, layer: Layer) -> bool {
        let theirs = self.0.iter().rfind(|choice| choice.layer <= layer);
        match (theirs, self.chosen()) {
            (Some(theirs), Some(chosen)) => !is_same(theirs, chosen),
            // They were written without a flow, for whichever is chosen. A state machine has none.
            (None, Some(chosen)) => chosen.key == "state-machine",
            (_, None) => false,
        }
    }
}

fn is_same(one: &FlowChoice, other: &FlowChoice) -> bool {
    let folder = |value: &str| std::fs::canonicalize(Path::new(value)).ok();
    one.key == other.key
        && (one.value == other.value
            || folder(&one.value).is_some_and(|path| folder(&other.value) == Some(path)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::keys::{Entry, Origin};
    use Layer::{Environment, File, Option, Variable};

    fn choices(flows: &[(Layer, &str)], machines: &[(Layer, &str)]) -> FlowChoices {
        let values = |choices: &[(Layer, &str)]| -> Vec<LayerValue> {
            let value = |(layer, text): &(Layer, &str)| LayerValue {
                layer: *layer,
                entries: vec![Entry {
                    text: (*text).to_owned(),
                    removes: false,
                    origin: Origin::Default,
                }],
            };
            choices.iter().map(value).collect()
        };
        FlowChoices::of(&values(flows), &values(machines))
    }

    #[test]
    fn the_highest_layer_chooses() {
        let chosen = |choices: FlowChoices| choices.0.last().map(|choice| choice.value.clone());
        assert_eq!(chosen(choices(&[(File, "a")], &[(Environment, "m")])).unwrap(), "m");
        assert_eq!(chosen(choices(&[(Option, "a")], &[(Variable, "m")])).unwrap(), "a");
        assert_eq!(chosen(choices(&[], &[])), None);
    }

    #[test]
    fn parameters_stay_with_the_flow_of_their_layer() {
        let replaces = |choices: FlowChoices, layer| choices.replaces_parameters_of(layer);
        assert!(replaces(choices(&[(File, "a"), (Option, "b")], &[]), File));
        assert!(replaces(choices(&[(File, "a"), (Option, "b")], &[]), Environment));
        assert!(!replaces(choices(&[(File, "a"), (Option, "b")], &[]), Option));
        assert!(!replaces(choices(&[(File, "a"), (Option, "a")], &[]), File));
        assert!(!replaces(choices(&[(Option, "b")], &[]), File));
        assert!(replaces(choices(&[], &[(Option, "m")]), File));
        assert!(!replaces(choices(&[], &[]), File));
    }
}
