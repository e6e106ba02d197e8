//! Renders values to a checked template.

use std::sync::OnceLock;

use handlebars::Handlebars;
use serde_json::Value;

use super::{Overlay, Template, Values, check, json_helper, roles};
use crate::finding::Finding;

const TEMPLATE: &str = include_str!("../../../templates/message-flow.yaml.hbs");

#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// Handlebars could not insert the values.
    #[error("the template cannot be filled in")]
    Fill(#[source] Box<handlebars::RenderError>),
    /// The template itself is not Handlebars.
    #[error("the template is not Handlebars")]
    Template(#[source] Box<handlebars::TemplateError>),
    /// The result is not YAML.
    #[error("the rendered template is not YAML")]
    Yaml(#[source] serde_yaml::Error),
    /// The result is not a template that CloudFormation would accept.
    #[error("the rendered template cannot be used")]
    Faulty(Vec<Finding>),
    /// The flow has roles that contradict the settings.
    #[error("the roles of the flow contradict a setting")]
    Roles(Vec<Finding>),
    /// An overlay cannot be read, or the template that it changes cannot be used afterwards.
    #[error("the overlay cannot be used")]
    Overlay(Vec<Finding>),
}

/// Renders, parses, checks, and applies the overlays. The same values yield the same bytes.
/// Fails when the result is not valid. Nothing has been sent anywhere by then.
pub fn render(values: &Values, overlays: &[Overlay]) -> Result<Template, RenderError> {
    let mut document = document(values)?;
    roles::bind(&mut document, values).map_err(RenderError::Roles)?;
    let findings = check::check(&document);
    if !findings.is_empty() {
        return Err(RenderError::Faulty(findings));
    }
    let mut warnings = Vec::new();
    for overlay in overlays {
        warnings.extend(overlay.apply(&mut document).map_err(RenderError::Overlay)?);
    }
    Ok(Template { document, warnings })
}

/// The template, compiled once.
static COMPILED: OnceLock<Handlebars<'_>> = OnceLock::new();

fn compile() -> Result<Handlebars<'static>, handlebars::TemplateError> {
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    handlebars.register_escape_fn(handlebars::no_escape);
    handlebars.register_helper("json", Box::new(json_helper::json));
    handlebars.register_template_string("message-flow", TEMPLATE)?;
    Ok(handlebars)
}

/// The rendered document, unchecked.
pub(super) fn document(values: &Values) -> Result<Value, RenderError> {
    let compiled = match COMPILED.get() {
        Some(compiled) => compiled,
        None => {
            let compiled = compile().map_err(|error| RenderError::Template(Box::new(error)))?;
            COMPILED.get_or_init(|| compiled)
        }
    };
    let yaml = compiled
        .render("message-flow", values)
        .map_err(|error| RenderError::Fill(Box::new(error)))?;
    serde_yaml::from_str(&yaml).map_err(RenderError::Yaml)
}
