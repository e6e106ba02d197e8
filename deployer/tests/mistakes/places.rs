//! The places of a definition: its machines, states, rules and what else has fields of its own.

use serde_json::Value;

use super::definition::pointer;

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The outermost machine.
    Outermost,
    /// A machine inside a state.
    Inner,
    State,
    /// A rule of a Choice.
    Rule,
    /// A condition inside a rule.
    Condition,
    Retrier,
    Catcher,
    ProcessorConfig,
    ItemReader,
    ReaderConfig,
    ItemBatcher,
    ResultWriter,
    WriterConfig,
}

/// An object whose fields the language knows.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) pointer: String,
    pub(crate) role: Role,
    /// The type of the state that it is, or that it is in.
    pub(crate) kind: String,
    pub(crate) is_jsonata: bool,
    /// The pointer of the machine that it is, or that it is in.
    pub(crate) machine: String,
}

impl Place {
    /// The place in the definition.
    pub(crate) fn value<'a>(&self, document: &'a Value) -> &'a Value {
        document.pointer(&self.pointer).unwrap()
    }

    pub(crate) fn member(&self, name: &str) -> String {
        pointer(&self.pointer, name)
    }

    pub(crate) fn is_machine(&self) -> bool {
        matches!(self.role, Role::Outermost | Role::Inner)
    }

    /// Whether it is a state of this type.
    pub(crate) fn is_state(&self, kind: &str) -> bool {
        self.role == Role::State && self.kind == kind
    }
}

/// All places of a definition.
pub(crate) fn places(document: &Value) -> Vec<Place> {
    let mut found = Vec::new();
    machine(document, "", Role::Outermost, false, &mut found);
    found
}

fn is_jsonata(object: &Value, outer: bool) -> bool {
    object.get("QueryLanguage").map_or(outer, |language| language == "JSONata")
}

fn machine(document: &Value, at: &str, role: Role, outer: bool, found: &mut Vec<Place>) {
    let language = is_jsonata(document, outer);
    let place = |pointer: String, role: Role, kind: &str, is_jsonata: bool| Place {
        pointer,
        role,
        kind: kind.to_owned(),
        is_jsonata,
        machine: at.to_owned(),
    };
    found.push(place(at.to_owned(), role, "", language));
    if document.get("ProcessorConfig").is_some() {
        found.push(place(format!("{at}/ProcessorConfig"), Role::ProcessorConfig, "Map", language));
    }
    for (name, state) in document["States"].as_object().unwrap() {
        let at_state = pointer(&format!("{at}/States"), name);
        let kind = state["Type"].as_str().unwrap();
        let of_state = is_jsonata(state, language);
        let mut add =
            |pointer: String, role: Role| found.push(place(pointer, role, kind, of_state));
        add(at_state.clone(), Role::State);
        for (list, role) in
            [("Choices", Role::Rule), ("Retry", Role::Retrier), ("Catch", Role::Catcher)]
        {
            for (index, item) in state[list].as_array().into_iter().flatten().enumerate() {
                let at_item = format!("{at_state}/{list}/{index}");
                add(at_item.clone(), role);
                conditions(item, &at_item, &mut |pointer| add(pointer, Role::Condition));
            }
        }
        for (part, role, config, role_of_config) in [
            ("ItemReader", Role::ItemReader, "ReaderConfig", Role::ReaderConfig),
            ("ItemBatcher", Role::ItemBatcher, "", Role::ItemBatcher),
            ("ResultWriter", Role::ResultWriter, "WriterConfig", Role::WriterConfig),
        ] {
            if state.get(part).is_some() {
                add(format!("{at_state}/{part}"), role);
            }
            if state[part].get(config).is_some() {
                add(format!("{at_state}/{part}/{config}"), role_of_config);
            }
        }
        for (index, branch) in state["Branches"].as_array().into_iter().flatten().enumerate() {
            let at_branch = format!("{at_state}/Branches/{index}");
            machine(branch, &at_branch, Role::Inner, language, found);
        }
        for field in ["ItemProcessor", "Iterator"] {
            if let Some(inner) = state.get(field) {
                machine(inner, &format!("{at_state}/{field}"), Role::Inner, language, found);
            }
        }
    }
}

fn conditions(rule: &Value, at: &str, add: &mut impl FnMut(String)) {
    for field in ["And", "Or"] {
        for (index, inner) in rule[field].as_array().into_iter().flatten().enumerate() {
            add(format!("{at}/{field}/{index}"));
            conditions(inner, &format!("{at}/{field}/{index}"), add);
        }
    }
    if let Some(inner) = rule.get("Not") {
        add(format!("{at}/Not"));
        conditions(inner, &format!("{at}/Not"), add);
    }
}
