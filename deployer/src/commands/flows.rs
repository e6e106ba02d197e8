//! `deployer flows`.

use crate::explain;
use serde::Serialize;
use serde_json::Value;

use crate::error::CommandError;
use crate::exit::Exit;
use crate::flow::{BUILT_IN, Manifest};
use crate::host::Host;
use crate::host::terminal::OutputFormat;
use crate::session::GlobalArgs;

/// List the built-in message flows.
///
/// Each with its parameters. `deployer up --flow NAME` installs one; `deployer init DIR --from NAME` copies one
/// to start from, with its README.
#[derive(Debug, Clone, clap::Args)]
pub struct FlowsArgs {}

/// Runs the command.
///
/// # Errors
/// None but a bug's: a built-in flow that cannot be read.
pub(super) fn run(
    _: &FlowsArgs,
    global: &GlobalArgs,
    world: &mut Host,
) -> Result<Exit, CommandError> {
    let manifests =
        BUILT_IN.iter().map(|flow| flow.manifest().map_err(explain::inputs::flow_error));
    let manifests: Vec<Manifest> = manifests.collect::<Result<_, _>>()?;
    match global.output {
        OutputFormat::Text => manifests.iter().for_each(|manifest| world.answer(&text(manifest))),
        OutputFormat::Json => {
            let flows = manifests.iter().map(Row::of).collect();
            world.answer_object("flows", &Answer { flows });
        }
    }
    Ok(Exit::Done)
}

fn text(manifest: &Manifest) -> String {
    let mut lines = vec![format!("{:12}{}", manifest.name, manifest.description)];
    for parameter in &manifest.parameters {
        let default = match &parameter.default {
            Some(Value::String(text)) => format!(" [default: {text}]"),
            Some(value) => format!(" [default: {value}]"),
            None => String::new(),
        };
        let (name, kind) = (&parameter.name, parameter.kind);
        lines.push(format!("{:12}  {name} ({kind}): {}{default}", "", parameter.description));
    }
    lines.join("\n")
}

#[derive(Serialize)]
struct Answer<'a> {
    flows: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    description: &'a str,
    parameters: Vec<ParameterRow<'a>>,
}

#[derive(Serialize)]
struct ParameterRow<'a> {
    name: &'a str,
    kind: String,
    default: Option<&'a Value>,
    description: &'a str,
}

impl<'a> Row<'a> {
    fn of(manifest: &'a Manifest) -> Self {
        let parameters = manifest.parameters.iter().map(|parameter| ParameterRow {
            name: &parameter.name,
            kind: parameter.kind.to_string(),
            default: parameter.default.as_ref(),
            description: &parameter.description,
        });
        let (name, description) = (&manifest.name, &manifest.description);
        Self { name, description, parameters: parameters.collect() }
    }
}
