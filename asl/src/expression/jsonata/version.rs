//! Rejects what Step Functions doesn't support: it uses JSONata 2.0.6, the crate implements 2.1.

use jsonata_core::ast::AstNode;
use serde_json::Value;

/// Rejects the operators that were added after 2.0.6.
pub(super) fn check(text: &str, ast: &AstNode) -> Result<(), String> {
    // Most expressions cannot contain them, which a look at the text shows cheaply.
    if !text.contains("??") && !text.contains("?:") {
        return Ok(());
    }
    let tree = serde_json::to_value(ast).map_err(|error| error.to_string())?;
    for operator in ["Coalesce", "Default"] {
        if holds(&tree, operator) {
            return Err(
                "S0201: the operators `?:` and `??` are not part of JSONata 2.0.6, which Step \
                        Functions speaks"
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
