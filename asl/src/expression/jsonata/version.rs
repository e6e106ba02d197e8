//! Makes the crate, which implements JSONata 2.1, behave as version 2.0.6, which Step Functions
//! uses: rejects what was added later, and adjusts the calls of functions that have changed.

use std::collections::HashSet;

use jsonata_core::ast::{AstNode, BinaryOp};
use serde_json::Value;

use super::nodes::{apply, bound_names, call, children, context, lambda, take, variable};

/// Functions of the crate that differ, with what changes their first argument before
/// ([`super::changes`]), and how many parameters they have when they are passed by name.
const CHANGED: &[(&str, &str, usize)] = &[
    ("number", "numeral", 1),
    ("string", "digits", 1),
    ("formatBase", "round", 2),
    ("filter", "list", 2),
    ("fromMillis", "instant", 3),
    ("trim", "string to trim", 1),
];

/// Functions that take the context if they are called without an argument. The crate doesn't pass
/// it to functions of this program.
const OF_CONTEXT: &[&str] = &[
    "base64decode",
    "base64encode",
    "clone",
    "encodeUrl",
    "encodeUrlComponent",
    "fromMillis",
    "number",
    "string",
    "trim",
];

/// Rejects the operators that were added after 2.0.6.
pub(super) fn check(text: &str, ast: &AstNode) -> Result<(), String> {
    // Most expressions cannot contain them, which the text shows cheaply.
    if !text.contains("??") && !text.contains("?:") {
        return Ok(());
    }
    let tree = serde_json::to_value(ast).map_err(|error| error.to_string())?;
    for operator in ["Coalesce", "Default"] {
        if holds(&tree, operator) {
            return Err(
                "S0201: the operators `?:` and `??` are not part of JSONata 2.0.6, which Step \
                        Functions uses"
                    .to_owned(),
            );
        }
    }
    Ok(())
}

fn holds(tree: &Value, operator: &str) -> bool {
    let mut waiting = vec![tree];
    while let Some(node) = waiting.pop() {
        match node {
            Value::Object(members) => {
                if members.get("op").is_some_and(|op| op == operator) {
                    return true;
                }
                waiting.extend(members.values());
            }
            Value::Array(items) => waiting.extend(items),
            _ => {}
        }
    }
    false
}

/// Whether an expression can contain something to adjust, judging by its text.
pub(super) fn may_differ(text: &str) -> bool {
    let others = ["..", "&", "reduce", "toMillis", "clone", "encodeUrl", "zip", "base64"];
    others.iter().any(|other| text.contains(other))
        || CHANGED.iter().any(|(name, ..)| text.contains(name))
}

/// Adjusts an expression.
///
/// # Errors
/// If it has a range outside of an array.
pub(super) fn adjust(node: &mut AstNode) -> Result<(), String> {
    let bound = bound_names(node);
    Adjusting { bound }.visit(node, false)
}

struct Adjusting {
    /// The names that the expression binds. It means its own functions with them.
    bound: HashSet<String>,
}

impl Adjusting {
    fn visit(&self, node: &mut AstNode, in_array: bool) -> Result<(), String> {
        if !in_array && matches!(node, AstNode::Binary { op: BinaryOp::Range, .. }) {
            return Err("S0201: Syntax error: `..` outside of an array, as in [1..3]".to_owned());
        }
        let is_array = matches!(node, AstNode::Array(_) | AstNode::ArrayGroup(_));
        match node {
            AstNode::Binary { op: BinaryOp::Concatenate, lhs, rhs } => {
                self.text(lhs);
                self.text(rhs);
            }
            AstNode::Binary { op: BinaryOp::ChainPipe, lhs, rhs } => {
                self.by_name(rhs, 1);
                if let AstNode::Function { name, args, is_builtin: true } = &mut **rhs
                    && self.is_changed(name)
                    && !args.contains(&AstNode::Placeholder)
                {
                    args.insert(0, take(lhs));
                    *node = take(rhs);
                }
            }
            AstNode::Function { name, args, .. } if name != "sort" => {
                // The functions that call their second argument.
                let function = ["map", "filter", "single", "reduce", "sift", "each"];
                if function.contains(&name.as_str()) {
                    args.iter_mut().skip(1).take(1).for_each(|arg| self.by_name(arg, usize::MAX));
                }
            }
            _ => {}
        }
        children(node, &mut |child| self.visit(child, is_array))?;
        if let AstNode::Function { name, args, is_builtin: true } = node
            && !self.bound.contains(name)
        {
            adjust_call(name, args);
            if name == "trim" && args.len() == 1 {
                // The crate trims other characters, too, and doesn't let a function replace its own.
                *node = args.remove(0);
            } else if name == "toMillis" && args.len() == 2 {
                let args = std::mem::take(args);
                *node = to_millis(args);
            }
        }
        Ok(())
    }

    fn is_changed(&self, name: &str) -> bool {
        let changed = ["reduce", "toMillis"].contains(&name)
            || CHANGED.iter().any(|(changed, ..)| *changed == name);
        changed && !self.bound.contains(name)
    }

    /// An operand of `&`, which may be a number.
    fn text(&self, operand: &mut AstNode) {
        let concatenate = matches!(operand, AstNode::Binary { op: BinaryOp::Concatenate, .. });
        if !concatenate && !matches!(operand, AstNode::String(_)) {
            wrap(operand, "digits");
        }
    }

    /// Replaces a function that is passed by name with a lambda that calls it.
    fn by_name(&self, node: &mut AstNode, most: usize) {
        let AstNode::Variable(name) = node else { return };
        let changed = CHANGED.iter().find(|(changed, ..)| changed == name);
        let params = match (changed, name.as_str()) {
            (Some((.., params)), _) => *params,
            (None, "toMillis" | "zip") => 2,
            _ => return,
        };
        if self.bound.contains(name) {
            return;
        }
        let params: Vec<String> = (0..params.min(most)).map(|at| format!("named {at}")).collect();
        let args = params.iter().cloned().map(variable).collect();
        *node = lambda(params, call(name.clone(), args));
    }
}

fn adjust_call(name: &str, args: &mut Vec<AstNode>) {
    if args.is_empty() && OF_CONTEXT.contains(&name) {
        args.push(context());
    }
    if let Some((_, change, _)) = CHANGED.iter().find(|(changed, ..)| *changed == name)
        && let Some(first) = args.first_mut()
    {
        wrap(first, change);
    }
    match (name, args.as_mut_slice()) {
        ("formatBase", [_, radix]) => wrap(radix, "round"),
        // Without an initial value, nothing is reduced to nothing.
        ("reduce", [list, _]) => wrap(list, "items"),
        _ => {}
    }
}

/// `$toMillis(time, picture)`.
fn to_millis(mut args: Vec<AstNode>) -> AstNode {
    let mut open = Vec::new();
    for (at, arg) in args.iter_mut().enumerate() {
        if *arg == AstNode::Placeholder {
            open.push(format!("open time {at}"));
            *arg = variable(format!("open time {at}"));
        }
    }
    let params = ["time 0", "time 1"];
    let given = || params.map(variable).to_vec();
    let changed = vec![call(" moment", given()), call(" picture of moment", given())];
    let body = AstNode::Binary {
        op: BinaryOp::Add,
        lhs: Box::new(call("toMillis", changed)),
        rhs: Box::new(call(" fraction", given())),
    };
    let called = apply(lambda(params.map(str::to_owned).to_vec(), body), args);
    if open.is_empty() { called } else { lambda(open, called) }
}

fn wrap(node: &mut AstNode, change: &str) {
    if *node != AstNode::Placeholder {
        let inner = take(node);
        *node = call(format!(" {change}"), vec![inner]);
    }
}
