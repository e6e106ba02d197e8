//! Tests of the page of `approval`, and of what may hand back its tokens.

use serde_json::{Value, json};

use super::files::Files;

fn resources() -> Value {
    let files = Files::named("approval").unwrap();
    let (text, _) = files.get("resources.yaml").unwrap();
    serde_yaml::from_str::<Value>(text).unwrap()["Resources"].clone()
}

/// The responses of Step Functions that API Gateway distinguishes: a status, the pattern of Step Functions' status, and
/// the template that may choose another status.
fn responses() -> Vec<(u16, Option<String>, String)> {
    let resources = resources();
    let responses =
        &resources["ApprovalDecision"]["Properties"]["Integration"]["IntegrationResponses"];
    let one = |response: &Value| {
        let status = response["StatusCode"].as_str().unwrap().parse().unwrap();
        let pattern = response["SelectionPattern"].as_str().map(str::to_owned);
        let template = response["ResponseTemplates"]["application/json"].as_str().unwrap();
        (status, pattern, template.to_owned())
    };
    responses.as_array().unwrap().iter().map(one).collect()
}

/// Evaluates the part of Velocity that the template uses: conditions on the end of `$type`, and the status.
fn chosen(template: &str, kind: Option<&str>) -> Option<u16> {
    let ends_with = |part: &str| {
        let (negated, part) =
            part.trim().strip_prefix('!').map_or((false, part.trim()), |p| (true, p));
        let name = part.strip_prefix("$type.endsWith('").and_then(|rest| rest.strip_suffix("')"));
        let name = name.unwrap_or_else(|| panic!("not understood: {part}"));
        kind.is_some_and(|kind| kind.ends_with(name)) != negated
    };
    let holds = |line: &str| {
        let inside = line.split_once('(').unwrap().1.strip_suffix(')').unwrap();
        inside.split("||").any(ends_with)
    };
    let (mut taken, mut inside, mut status) = (false, true, None);
    for line in template.lines() {
        if line.starts_with("#if(") || line.starts_with("#elseif(") {
            inside = !taken && holds(line);
            taken |= inside;
        } else if line == "#end" {
            inside = true;
        } else if let Some(set) = line.strip_prefix("#set($context.responseOverride.status = ") {
            status = if inside { set.strip_suffix(')').unwrap().parse().ok() } else { status };
        } else {
            assert!(["#set($type = $input.path('$.__type'))", "{}"].contains(&line), "{line}");
        }
    }
    status
}

#[test]
fn only_what_waits_no_more_is_called_gone() {
    let responses = responses();
    let (otherwise, _, template) =
        responses.iter().find(|(_, pattern, _)| pattern.as_deref() == Some(r"4\d{2}")).unwrap();
    let status = |kind: Option<&str>| chosen(template, kind).unwrap_or(*otherwise);
    for gone in ["TaskDoesNotExist", "TaskTimedOut", "InvalidToken"] {
        for prefix in ["", "com.amazonaws.swf.service.v2.model#", "com.amazonaws.sfn#"] {
            assert_eq!(status(Some(&format!("{prefix}{gone}"))), 410, "{prefix}{gone}");
        }
    }
    for refused in ["com.amazon.coral.service#AccessDeniedException", "KmsAccessDeniedException"] {
        assert_eq!(status(Some(refused)), 502, "{refused}");
    }
    for waits in [
        Some("ThrottlingException"),
        Some("com.amazon.coral.availability#ThrottlingException"),
        Some("KmsThrottlingException"),
        Some("KmsInvalidStateException"),
        Some("ValidationException"),
        Some("InvalidOutput"),
        Some("TaskTimedOutOrNot"),
        Some(""),
        None,
    ] {
        assert_eq!(status(waits), 503, "{waits:?}");
    }
    // What no pattern matches is Step Functions' own trouble.
    let defaults: Vec<u16> =
        responses.iter().filter(|(_, pattern, _)| pattern.is_none()).map(|one| one.0).collect();
    assert_eq!(defaults, [503]);
    let resources = resources();
    let declared =
        resources["ApprovalDecision"]["Properties"]["MethodResponses"].as_array().unwrap();
    let declared: Vec<&str> =
        declared.iter().map(|one| one["StatusCode"].as_str().unwrap()).collect();
    assert_eq!(declared, ["200", "410", "502", "503"]);
}

#[test]
fn the_page_lets_a_person_try_again_unless_nothing_waits() {
    let resources = resources();
    let page = &resources["ApprovalPage"]["Properties"]["Integration"]["IntegrationResponses"][0];
    let page = page["ResponseTemplates"]["text/html"].as_str().unwrap();
    let line = |start: &str| {
        let line = page.lines().find(|line| line.trim().starts_with(start));
        line.unwrap_or_else(|| panic!("no line begins with {start}"))
    };
    assert!(line("else if (status === 410)").ends_with("false);"));
    for again in ["400", "502", "429 || status === 503"] {
        assert!(line(&format!("else if (status === {again})")).ends_with("true);"), "{again}");
    }
    assert!(line("show(\"That did not work").ends_with("true);"));
    assert!(line("else show(\"This link is incomplete").ends_with("false);"));
    // What the sender wrote is not on the page, and nothing is written as HTML.
    assert!(!page.contains("innerHTML") && page.contains("said.textContent = text"));
}

#[test]
fn the_page_hands_back_tokens_of_its_own_state_machine_only() {
    let role = &resources()["ApprovalRole"]["Properties"]["Policies"];
    let statement = json!([{
        "Effect": "Allow", "Action": "states:SendTaskSuccess", "Resource": { "Ref": "MfsmStateMachine" },
    }]);
    assert_eq!(role[0]["PolicyDocument"]["Statement"], statement);
    assert_eq!(role.as_array().unwrap().len(), 1);
}
