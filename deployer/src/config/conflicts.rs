//! Settings that exclude each other: if two layers disagree, the upper one overrides the lower one.

use super::keys::Layer;

/// Whether another key, set in a higher layer, overrides a key. A custom state machine replaces a
/// flow and its parameters; a flow replaces a state machine.
pub(super) fn is_replaced(key: &str, layer: impl Fn(&str) -> Option<Layer>) -> bool {
    let by = |other: &str| layer(other) > layer(key);
    match key {
        "flow" | "parameter" => by("state-machine"),
        "state-machine" => by("flow"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_upper_layer_replaces_a_setting() {
        let replaced = |said: &[(&str, Layer)]| {
            let layer =
                |key: &str| said.iter().find(|(known, _)| *known == key).map(|(_, layer)| *layer);
            let keys = said.iter().map(|(key, _)| *key);
            keys.filter(|key| is_replaced(key, layer)).map(str::to_owned).collect::<Vec<_>>()
        };
        use Layer::{Environment, File, Option, Variable};
        let (flow, parameter, machine) = ("flow", "parameter", "state-machine");
        assert_eq!(
            replaced(&[(flow, File), (parameter, File), (machine, Environment)]),
            [flow, parameter]
        );
        assert_eq!(
            replaced(&[(machine, Variable), (flow, Option), (parameter, Option)]),
            [machine]
        );
        assert_eq!(replaced(&[(machine, File), (flow, File), (parameter, File)]), [""; 0]);
        assert_eq!(replaced(&[(flow, File), (parameter, Option)]), [""; 0]);
    }
}
