//! Every constant that rests on a statement about AWS says where the statement is from: next to it, for its whole file, or in
//! docs/reference/sources.md.

use std::fs;
use std::path::Path;

use regex::Regex;

use crate::sources;

/// AWS, or a service of it, in the documentation of a constant.
const SERVICES: &str =
    r"\b(AWS|Lambda|CloudWatch|Step Functions|DynamoDB|S3|WorkMail|CloudFormation|IAM|SNS)\b";
/// What counts as a source, or as the statement that there is none.
const ORIGINS: &str = r"Source|[Aa]s above|not documented|[Oo]bserved|assumed|[Mm]easured|docs\.aws|original application";

/// The constants of a source with their documentation.
fn constants(source: &str) -> Vec<(String, String)> {
    let constant = Regex::new(r"^\s*(?:pub(?:\([^)]*\))? )?const (\w+): ").unwrap();
    let lines: Vec<&str> = source.lines().collect();
    let documentation = |at: usize| {
        let above = lines[..at].iter().rev().map(|line| line.trim_start());
        let above: Vec<&str> =
            above.take_while(|line| line.starts_with("//") || line.starts_with("#[")).collect();
        let above = above.into_iter().rev().map(|line| line.trim_start_matches('/').trim_start());
        above.collect::<Vec<_>>().join(" ")
    };
    let named =
        lines.iter().enumerate().filter_map(|(at, line)| Some((at, constant.captures(line)?)));
    named.map(|(at, captures)| (captures[1].to_owned(), documentation(at))).collect()
}

#[test]
fn every_statement_about_aws_behind_a_constant_has_a_source() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = fs::read_to_string(root.join("docs/reference/sources.md")).unwrap();
    let (services, origins) = (Regex::new(SERVICES).unwrap(), Regex::new(ORIGINS).unwrap());
    let (mut seen, mut found) = (0, Vec::new());
    for (path, source) in sources() {
        if !path.contains("/src/") || path.ends_with("tests.rs") || path.contains("/tests/") {
            continue;
        }
        let source = source.split("#[cfg(test)]\nmod tests").next().unwrap();
        let heading: Vec<&str> = source.lines().filter(|line| line.starts_with("//!")).collect();
        let has_one = heading.join(" ").contains("Source") || page.contains(&path);
        for (name, text) in constants(source) {
            if services.is_match(&text) {
                seen += 1;
                if !has_one && !origins.is_match(&text) {
                    found.push(format!("{path}: {name}: {text}"));
                }
            }
        }
    }
    assert!(seen > 100, "only {seen} constants");
    assert!(found.is_empty(), "{} without a source:\n{}", found.len(), found.join("\n"));
}
