//! Which resource types CloudFormation has. `update.py` writes the list, and says how it is built.

use serde_json::{Map, Value};

use crate::document::member;
use crate::document::suggestion::{closest, is_slip};
use crate::finding::Finding;

const LIST: &str = include_str!("list.txt");

/// The services of AWS, each with the types of its resources.
fn services() -> impl Iterator<Item = (&'static str, std::str::SplitWhitespace<'static>)> {
    LIST.lines().skip(1).filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?, words))
    })
}

/// A warning for each resource of a `resources.yaml` whose type the list does not have: CloudFormation refuses what it
/// does not know, but it may know more by now.
pub(super) fn unknown(document: &Map<String, Value>) -> Vec<Finding> {
    let resources = document.get("Resources").and_then(Value::as_object).into_iter().flatten();
    let unknown = resources.filter_map(|(id, resource)| {
        let at = member(&member("$.Resources", id), "Type");
        finding(resource["Type"].as_str()?, at)
    });
    unknown.collect()
}

fn finding(kind: &str, at: String) -> Option<Finding> {
    let (service, name) = kind.strip_prefix("AWS::")?.split_once("::")?;
    let mut known = services().filter(|(known, _)| *known == service);
    if known.any(|(_, mut names)| names.any(|known| known == name)) {
        return None;
    }
    let shown = kind.escape_debug();
    let slip = slip(service, name);
    Some(match slip {
        Some((service, name)) => {
            let sentence = format!("CloudFormation has no resource type `{shown}`");
            let fix = format!("did you mean `AWS::{service}::{name}`?");
            Finding::warning("resource-type", at, sentence).fix(fix)
        }
        None => {
            let source = LIST.lines().next().unwrap_or_default();
            let sentence = format!(
                "`{shown}` is not in the list of CloudFormation resource types, which is made from {source}; AWS may \
                 have added it since"
            );
            let fix = format!(
                "to ask AWS, run `aws cloudformation describe-type --type RESOURCE --type-name {shown}`"
            );
            Finding::warning("resource-type", at, sentence).fix(fix)
        }
    })
}

/// The type that was probably meant: with a typo in the service, in the name, or in both.
fn slip(service: &str, name: &str) -> Option<(&'static str, &'static str)> {
    let of_service = |known: &str| known == service || is_slip(service, known);
    services().filter(|(known, _)| of_service(known)).find_map(|(service, names)| {
        let slips = names.filter(|known| *known == name || is_slip(name, known));
        Some((service, closest(name, slips)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(kind: &str) -> Option<String> {
        finding(kind, "$".to_owned()).and_then(|finding| finding.fix)
    }

    #[test]
    fn every_type_of_the_list_is_known_and_others_are_not() {
        for kind in ["AWS::SNS::Topic", "AWS::DynamoDB::Table", "AWS::Lambda::Function"] {
            assert_eq!(fix(kind), None, "{kind}");
        }
        for (kind, meant) in [
            ("AWS::SNS::Topci", "did you mean `AWS::SNS::Topic`?"),
            ("AWS::Sns::Topic", "did you mean `AWS::SNS::Topic`?"),
            ("AWS::DynamDB::Table", "did you mean `AWS::DynamoDB::Table`?"),
            ("AWS::Dynamodb::Tables", "did you mean `AWS::DynamoDB::Table`?"),
            ("AWS::Nope::Nope", "to ask AWS, run `aws cloudformation describe-type"),
            ("AWS::SNS::Nope", "to ask AWS, run `aws cloudformation describe-type"),
        ] {
            assert!(fix(kind).is_some_and(|fix| fix.starts_with(meant)), "{kind}: {:?}", fix(kind));
        }
    }
}
