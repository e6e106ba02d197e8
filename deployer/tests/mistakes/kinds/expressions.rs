//! Broken paths, calls of intrinsic functions, JSONata expressions, and names of variables.

use serde_json::{Value, json};

use super::super::places::{Place, Role};
use super::super::{Definition, Kind, Mistake};
use super::{object, of_roles, of_type, replaced, set, texts};

const SYNTAX: &str = "it is no expression of its language";
const DELIMITERS: &str = "developer guide: \"Improperly opening or closing\" is a validation error";

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "path with an open bracket",
        why: SYNTAX,
        make: |it| paths(it, |path| format!("{path}[")),
    },
    Kind {
        name: "path that ends in a dot",
        why: SYNTAX,
        make: |it| paths(it, |path| format!("{path}.")),
    },
    Kind { name: "path without its root", why: SYNTAX, make: |it| paths(it, rootless) },
    Kind {
        name: "path with an open filter",
        why: SYNTAX,
        make: |it| paths(it, |path| format!("{path}[?(@.a == 1]")),
    },
    Kind {
        name: "result in more than one place",
        why: "ResultPath is a Reference Path",
        make: |it| result_paths(it, &["$.a[*]", "$..a", "$.a[?(@.b)]", "$.a[0,1]"]),
    },
    Kind {
        name: "result in the context or a variable",
        why: "ResultPath is a Reference Path of the input",
        make: |it| result_paths(it, &["$$.a", "$variable", "a"]),
    },
    Kind {
        name: "computed value that is a plain text",
        why: SYNTAX,
        make: |it| computed(it, |_| json!("plain text")),
    },
    Kind {
        name: "computed value that is no text",
        why: SYNTAX,
        make: |it| computed(it, |_| json!(5)),
    },
    Kind {
        name: "intrinsic function that is not closed",
        why: SYNTAX,
        make: |it| calls(it, |call| call.trim_end_matches(')').to_owned()),
    },
    Kind {
        name: "misspelled intrinsic function",
        why: "there are 18 functions",
        make: |it| calls(it, |call| call.replacen("States.", "States.X", 1)),
    },
    Kind {
        name: "intrinsic function with an open text",
        why: SYNTAX,
        make: |it| calls(it, |call| format!("{}, 'x)", call.trim_end_matches(')'))),
    },
    Kind {
        name: "intrinsic function with a word",
        why: SYNTAX,
        make: |it| calls(it, |call| call.replacen('(', "(word, ", 1)),
    },
    Kind {
        name: "expression that is not closed",
        why: DELIMITERS,
        make: |it| expressions(it, |text| text.trim_end_matches("%}").to_owned()),
    },
    Kind {
        name: "expression that is not opened",
        why: DELIMITERS,
        make: |it| expressions(it, |text| text.trim_start_matches("{%").to_owned()),
    },
    Kind {
        name: "expression with an open bracket",
        why: SYNTAX,
        make: |it| inside(it, |text| format!("({text}")),
    },
    Kind {
        name: "expression without an operand",
        why: SYNTAX,
        make: |it| inside(it, |text| format!("{text} +")),
    },
    Kind {
        name: "expression with an open text",
        why: SYNTAX,
        make: |it| inside(it, |text| format!("{text} & 'x")),
    },
    Kind {
        name: "operator of a newer JSONata",
        why: "JSONata is 2.0.6",
        make: |it| inside(it, |text| format!("{text} ?? 1")),
    },
    Kind { name: "empty expression", why: SYNTAX, make: |it| inside(it, |_| String::new()) },
    Kind {
        name: "regular expression that is not closed",
        why: SYNTAX,
        make: |it| inside(it, |text| format!("$contains({text}, /[/)")),
    },
    Kind {
        name: "regular expression that JavaScript refuses",
        why: "JSONata 2.0.6 passes it to JavaScript",
        make: |it| inside(it, |text| format!("$contains({text}, /a**/)")),
    },
    Kind {
        name: "flag of a regular expression that JSONata does not have",
        why: SYNTAX,
        make: |it| inside(it, |text| format!("$contains({text}, /a/g)")),
    },
    Kind {
        name: "result where there is none",
        why: "developer guide: checked at creation",
        make: no_result,
    },
    Kind {
        name: "error output outside of a catcher",
        why: "developer guide: checked at creation",
        make: no_error_output,
    },
    Kind {
        name: "name of a variable that is none",
        why: "names are Unicode identifiers",
        make: variables,
    },
    Kind {
        name: "variable of an outer machine assigned inside",
        why: "developer guide, \"Variable scope\"",
        make: shadowing,
    },
];

fn rootless(path: &str) -> String {
    path.trim_start_matches('$').to_owned() + "x"
}

/// All paths of JSONPath states, with their pointers: fields, and values whose names end in `.$`.
fn paths(definition: &Definition, change: impl Fn(&str) -> String) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let fields = [
        "InputPath",
        "OutputPath",
        "ResultPath",
        "ItemsPath",
        "SecondsPath",
        "TimestampPath",
        "Variable",
        "TimeoutSecondsPath",
    ];
    let mut found = of_templates(definition);
    for place in definition.places.iter().filter(|place| !place.is_jsonata) {
        for field in fields {
            if let Some(path) = place.value(&definition.document)[field].as_str() {
                found.push((place.member(field), path));
            }
        }
    }
    for (at, path) in found.into_iter().filter(|(_, path)| path.starts_with('$')) {
        mistakes.push(replaced(definition, &at, json!(change(path))));
    }
    mistakes
}

/// The computed values of templates, with their pointers.
fn of_templates(definition: &Definition) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    for place in definition.places.iter().filter(|place| !place.is_jsonata) {
        for field in
            ["Parameters", "ResultSelector", "ItemSelector", "Assign", "BatchInput", "Credentials"]
        {
            if let Some(template) = place.value(&definition.document).get(field) {
                texts(template, &place.member(field), &mut found);
            }
        }
    }
    found.retain(|(at, _)| at.ends_with(".$"));
    found
}

fn computed(definition: &Definition, value: impl Fn(&str) -> Value) -> Vec<Mistake> {
    let found = of_templates(definition).into_iter();
    found.map(|(at, text)| replaced(definition, &at, value(text))).collect()
}

fn calls(definition: &Definition, change: impl Fn(&str) -> String) -> Vec<Mistake> {
    let calls =
        of_templates(definition).into_iter().filter(|(_, text)| text.starts_with("States."));
    calls.map(|(at, text)| replaced(definition, &at, json!(change(text)))).collect()
}

fn result_paths(definition: &Definition, paths: &[&str]) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for place in definition.places.iter().filter(|place| !place.is_jsonata) {
        let is_task = place.role == Role::State
            && ["Task", "Pass", "Map", "Parallel"].contains(&place.kind.as_str());
        if is_task || place.role == Role::Catcher {
            mistakes
                .extend(paths.iter().map(|path| set(definition, place, "ResultPath", json!(path))));
        }
    }
    mistakes
}

/// All expressions of JSONata states, with their pointers.
fn embedded(definition: &Definition) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    for place in definition.places.iter().filter(|place| place.is_jsonata && !place.is_machine()) {
        let fields = place.value(&definition.document).as_object().unwrap();
        for (name, value) in fields {
            // The lists and parts are places of their own.
            let elsewhere = [
                "Choices",
                "Retry",
                "Catch",
                "Branches",
                "ItemProcessor",
                "Comment",
                "ItemReader",
                "ItemBatcher",
                "ResultWriter",
                "ReaderConfig",
            ];
            if !elsewhere.contains(&name.as_str()) {
                texts(value, &place.member(name), &mut found);
            }
        }
    }
    found.retain(|(_, text)| text.starts_with("{%"));
    found
}

fn expressions(definition: &Definition, change: impl Fn(&str) -> String) -> Vec<Mistake> {
    let found = embedded(definition).into_iter();
    found.map(|(at, text)| replaced(definition, &at, json!(change(text)))).collect()
}

fn inside(definition: &Definition, change: impl Fn(&str) -> String) -> Vec<Mistake> {
    expressions(definition, |text| {
        let inner = text.trim_start_matches("{%").trim_end_matches("%}").trim();
        format!("{{% {} %}}", change(inner))
    })
}

fn no_result(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for place in definition.places.iter().filter(|place| place.is_jsonata) {
        let field = match (place.role, place.kind.as_str()) {
            (Role::State, "Pass" | "Succeed" | "Wait" | "Choice") => "Output",
            (Role::State, "Task" | "Parallel") => "Arguments",
            (Role::Rule, _) => "Condition",
            _ => continue,
        };
        mistakes.push(set(definition, place, field, json!("{% $states.result.x %}")));
    }
    mistakes
}

fn no_error_output(definition: &Definition) -> Vec<Mistake> {
    let states = of_roles(definition, &[Role::State]);
    let states = states.filter(|place| place.is_jsonata && place.kind != "Fail");
    let output = json!("{% $states.errorOutput.Error %}");
    states.map(|place| set(definition, place, "Output", output.clone())).collect()
}

fn variables(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for kind in ["Pass", "Task", "Wait", "Choice", "Map", "Parallel"] {
        for place in of_type(definition, kind) {
            for name in ["a b", "1st", "a-b", "states", ""] {
                let at = &place.pointer;
                let change = |document: &mut Value| {
                    object(document, at).insert("Assign".to_owned(), json!({ name: 1 }));
                };
                let name = format!("{at}/Assign/{name}");
                mistakes.push(definition.changed(change, &[name]));
            }
        }
    }
    mistakes
}

/// The first state of an inner machine assigns what an earlier state outside has assigned.
fn shadowing(definition: &Definition) -> Vec<Mistake> {
    let start = definition.document["StartAt"].as_str().unwrap();
    let outside = super::pointer("/States", start);
    let kinds = ["Pass", "Task", "Wait", "Choice"];
    let can_assign = |state: &Value| kinds.iter().any(|kind| state["Type"] == *kind);
    let mut mistakes = Vec::new();
    let is_distributed = |place: &Place| {
        let machine = definition.document.pointer(&place.pointer).unwrap();
        machine.pointer("/ProcessorConfig/Mode").is_some_and(|mode| mode == "DISTRIBUTED")
    };
    for machine in of_roles(definition, &[Role::Inner]).filter(|place| !is_distributed(place)) {
        let first = machine.value(&definition.document)["StartAt"].as_str().unwrap();
        let inside = super::pointer(&machine.member("States"), first);
        let both = [&outside, &inside].map(|at| definition.document.pointer(at).unwrap());
        if both.into_iter().all(can_assign) && !inside.starts_with(&outside) {
            let change = |document: &mut Value| {
                for at in [&outside, &inside] {
                    object(document, at).insert("Assign".to_owned(), json!({ "shared": 1 }));
                }
            };
            let at = [format!("{inside}/Assign"), format!("{inside}/Assign/shared")];
            mistakes.push(definition.changed(change, &at));
        }
    }
    mistakes
}
