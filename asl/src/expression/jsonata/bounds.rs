//! Bounds how much memory an expression can use. The crate checks time and recursion depth only
//! between its steps: a single step can still join, repeat or compare without end, and a value with
//! shared parts can exceed the memory when it is written out. So, before anything is evaluated, the
//! steps that build values are wrapped in calls of functions that check sizes ([`super::sizes`]).

use jsonata_core::ast::{AstNode, BinaryOp, PathStep, Stage};

use super::nodes::{call, lambda, variable};

/// The functions of the crate that can create a result much larger than their arguments, or take
/// very long.
const COSTLY: &[&str] = &[
    " regex cut",
    " regex match",
    " regex replace",
    " regex split",
    "append",
    "base64encode",
    "distinct",
    "encodeUrl",
    "encodeUrlComponent",
    "formatInteger",
    "formatNumber",
    "fromMillis",
    "join",
    "keys",
    "match",
    "merge",
    "pad",
    "parseInteger",
    "replace",
    "reverse",
    "shuffle",
    "sort",
    "split",
    "spread",
    "string",
    "toMillis",
    "zip",
];

/// Functions that call their second argument.
const HIGHER_ORDER: &[&str] = &["map", "filter", "single", "reduce", "sift", "each", "sort"];

/// Whether an expression can contain steps to wrap, judging by its text.
pub(super) fn may_apply(text: &str) -> bool {
    let words = ["function", ":=", "now", "λ"];
    text.contains(['&', '[', '|'])
        || words.iter().any(|word| text.contains(word))
        || COSTLY.iter().any(|name| text.contains(name))
}

/// Wraps all steps of an expression that can build large values.
pub(super) fn bound(node: &mut AstNode) {
    bound_children(node);
    match node {
        AstNode::Binary { op: BinaryOp::Concatenate, .. } => wrap(node, "text"),
        AstNode::Binary { op: BinaryOp::Range, lhs, rhs } => {
            wrap(lhs, "end");
            wrap(rhs, "end");
        }
        // An item in array brackets stays one item; the items of other arrays are spread out.
        AstNode::Array(items) | AstNode::ArrayGroup(items) => {
            items.iter_mut().filter(|item| !is_plain(item)).for_each(|item| wrap(item, "item"));
        }
        AstNode::Object(members) => members.iter_mut().for_each(wrap_member),
        AstNode::ObjectTransform { pattern, .. } => pattern.iter_mut().for_each(wrap_member),
        AstNode::Function { .. } => bound_call(node),
        _ => {}
    }
}

fn wrap_member((_, value): &mut (AstNode, AstNode)) {
    if !is_plain(value) {
        wrap(value, "item");
    }
}

/// Whether a part of an array or an object needs no check of its own.
fn is_plain(node: &AstNode) -> bool {
    matches!(
        node,
        AstNode::String(_)
            | AstNode::Number(_)
            | AstNode::Boolean(_)
            | AstNode::Null
            | AstNode::Array(_)
            | AstNode::ArrayGroup(_)
            | AstNode::Object(_)
            | AstNode::Lambda { .. }
    )
}

/// Bounds all children of a node.
fn bound_children(node: &mut AstNode) {
    match node {
        AstNode::Path { steps } => steps.iter_mut().for_each(step),
        AstNode::Binary { op: BinaryOp::ColonEqual, rhs, .. } => bound(rhs),
        AstNode::Binary { op: BinaryOp::ChainPipe, lhs, rhs } => {
            wrap_function_name(rhs, 1);
            bound(lhs);
            bound_children(rhs);
            chain(node);
        }
        AstNode::Binary { lhs, rhs, .. } => [lhs, rhs].into_iter().for_each(|part| bound(part)),
        AstNode::Unary { operand, .. } => bound(operand),
        AstNode::Function { name, args, .. } => {
            if HIGHER_ORDER.contains(&name.as_str()) {
                args.iter_mut().skip(1).take(1).for_each(|arg| wrap_function_name(arg, usize::MAX));
            }
            args.iter_mut().for_each(bound);
        }
        AstNode::Call { procedure, args } => {
            bound(procedure);
            args.iter_mut().for_each(bound);
        }
        AstNode::Lambda { body, .. } => {
            bound(body);
            bound_result(body);
        }
        AstNode::Array(items) | AstNode::ArrayGroup(items) | AstNode::Block(items) => {
            items.iter_mut().for_each(bound);
        }
        AstNode::Object(members) => members.iter_mut().for_each(member),
        AstNode::ObjectTransform { input, pattern } => {
            bound(input);
            pattern.iter_mut().for_each(member);
        }
        AstNode::Conditional { condition, then_branch, else_branch } => {
            bound(condition);
            bound(then_branch);
            else_branch.iter_mut().for_each(|part| bound(part));
        }
        AstNode::FunctionApplication(inner) => bound(inner),
        AstNode::Sort { input, terms } => {
            bound(input);
            terms.iter_mut().for_each(|(term, _)| bound(term));
        }
        AstNode::Transform { location, update, delete } => {
            bound(location);
            bound(update);
            delete.iter_mut().for_each(|part| bound(part));
        }
        _ => {}
    }
}

/// Checks the result of a lambda, except for calls in tail position: wrapping those would end tail
/// recursion.
fn bound_result(body: &mut AstNode) {
    match body {
        AstNode::Block(items) => items.last_mut().into_iter().for_each(bound_result),
        AstNode::Conditional { then_branch, else_branch, .. } => {
            bound_result(then_branch);
            else_branch.iter_mut().for_each(|part| bound_result(part));
        }
        AstNode::Path { .. } | AstNode::Sort { .. } | AstNode::Variable(_) => wrap(body, "item"),
        AstNode::Function { name, .. }
            if name == "lookup" || HIGHER_ORDER.contains(&name.as_str()) =>
        {
            wrap(body, "item");
        }
        _ => {}
    }
}

fn step(step: &mut PathStep) {
    bound(&mut step.node);
    for stage in &mut step.stages {
        if let Stage::Filter(filter) = stage {
            bound(filter);
        }
    }
}

fn member((name, value): &mut (AstNode, AstNode)) {
    bound(name);
    bound(value);
}

fn is_costly(name: &str) -> bool {
    COSTLY.contains(&name)
}

/// Rewrites `a ~> $f(b)` as the equivalent call `$f(a, b)`, if the function is costly.
fn chain(node: &mut AstNode) {
    let AstNode::Binary { lhs, rhs, .. } = node else { return };
    let AstNode::Function { name, args, is_builtin: true } = &mut **rhs else { return };
    if !is_costly(name) {
        return;
    }
    if args.contains(&AstNode::Placeholder) {
        return bound_call(rhs);
    }
    let first = std::mem::replace(&mut **lhs, AstNode::Null);
    args.insert(0, first);
    let function = std::mem::replace(&mut **rhs, AstNode::Null);
    *node = function;
    bound_call(node);
}

/// Replaces a costly function that is passed by name with a lambda that calls it, with `most`
/// parameters at most.
fn wrap_function_name(node: &mut AstNode, most: usize) {
    let AstNode::Variable(name) = node else { return };
    if !is_costly(name) {
        return;
    }
    let params: usize = match name.as_str() {
        "append" | "formatInteger" | "join" | "parseInteger" | "sort" | "toMillis" | "zip" => 2,
        "formatNumber" | "fromMillis" | "match" | "pad" | "split" => 3,
        "replace" => 4,
        _ => 1,
    };
    let params: Vec<String> = (0..params.min(most)).map(|at| format!("by name {at}")).collect();
    let args = params.iter().cloned().map(variable).collect();
    *node = lambda(params, call(name.clone(), args));
}

/// Bounds a call of a costly function. A partial application becomes a lambda that calls it.
fn bound_call(node: &mut AstNode) {
    let AstNode::Function { name, args, is_builtin: true } = node else { return };
    if args.is_empty() {
        return;
    }
    if name == "now" {
        // The `$now` of [`super::functions`] doesn't support picture strings, but `$fromMillis` of
        // the crate does.
        *name = "fromMillis".to_owned();
        args.insert(0, call("millis".to_owned(), Vec::new()));
    }
    if !is_costly(name) {
        return;
    }
    let (name, mut args) = (std::mem::take(name), std::mem::take(args));
    let mut open = Vec::new();
    for (at, argument) in args.iter_mut().enumerate() {
        if *argument == AstNode::Placeholder {
            open.push(format!("open {at}"));
            *argument = variable(format!("open {at}"));
        }
    }
    *node = checked_call(name, args);
    if !open.is_empty() {
        let body = std::mem::replace(node, AstNode::Null);
        *node = lambda(open, body);
    }
}

/// The call, with checks. Arguments that are checked together are bound to names first, so that
/// none is evaluated twice.
fn checked_call(name: String, mut args: Vec<AstNode>) -> AstNode {
    let picture = match name.as_str() {
        "formatInteger" | "formatNumber" | "fromMillis" | "parseInteger" | "toMillis" => 1,
        _ => usize::MAX,
    };
    if let Some(picture) = args.get_mut(picture) {
        wrap(picture, "picture");
    }
    let together = match name.as_str() {
        "join" => "join",
        "replace" => "replace",
        "formatInteger" => "formatInteger",
        "parseInteger" | "toMillis" => "digits of picture",
        _ => {
            let alone = [("distinct", "distinct"), ("match", "match"), ("string", "whole")];
            let alone = alone.into_iter().find(|(function, _)| *function == name);
            if let (Some((_, check)), Some(first)) = (alone, args.first_mut()) {
                wrap(first, check);
            }
            return check_call("result", vec![call(name, args)]);
        }
    };
    let params: Vec<String> = (0..args.len()).map(|at| at.to_string()).collect();
    let mut inner: Vec<AstNode> = params.iter().cloned().map(variable).collect();
    let first = check_call(together, inner.clone());
    if let Some(place) = inner.first_mut() {
        *place = first;
    }
    if together == "replace"
        && let Some(replacement) = inner.get_mut(2)
    {
        wrap_replacement(replacement);
    }
    let body = check_call("result", vec![call(name, inner)]);
    AstNode::Call { procedure: Box::new(lambda(params, body)), args }
}

/// Checks each result of a replacement function.
fn wrap_replacement(given: &mut AstNode) {
    let procedure = Box::new(given.clone());
    let call = AstNode::Call { procedure, args: vec![variable("found".to_owned())] };
    *given = AstNode::Conditional {
        condition: Box::new(check_call("calls", vec![given.clone()])),
        then_branch: Box::new(lambda(vec!["found".to_owned()], check_call("result", vec![call]))),
        else_branch: Some(Box::new(given.clone())),
    };
}

fn wrap(node: &mut AstNode, check: &'static str) {
    let inner = std::mem::replace(node, AstNode::Null);
    *node = check_call(check, vec![inner]);
}

/// A call of a check. The space in its name ensures that no expression can call it.
fn check_call(check: &'static str, args: Vec<AstNode>) -> AstNode {
    call(format!(" {check}"), args)
}
