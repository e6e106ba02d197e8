//! Settings that exclude each other: where two layers disagree, the upper one replaces what the lower one says.

use super::keys::Layer;

/// Whether what a key's layer says is replaced by what a layer above says of another key. A state machine of
/// one's own stands in place of a flow and its parameters; a flow, in place of a state machine.
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
    fn the_upper_layer_replaces_and_one_layer_contradicts_itself() {
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
