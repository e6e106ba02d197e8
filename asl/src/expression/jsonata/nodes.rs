//! Builds and walks through the syntax tree of an expression.

use std::collections::HashSet;

use jsonata_core::ast::{AstNode, BinaryOp, PathStep, Stage};

pub(super) fn variable(name: impl Into<String>) -> AstNode {
    AstNode::Variable(name.into())
}

/// The context, `$`.
pub(super) fn context() -> AstNode {
    variable("")
}

pub(super) fn lambda(params: Vec<String>, body: AstNode) -> AstNode {
    AstNode::Lambda { params, body: Box::new(body), signature: None, thunk: false }
}

/// A call of a function by its name. No expression can call a name with a space in it.
pub(super) fn call(name: impl Into<String>, args: Vec<AstNode>) -> AstNode {
    AstNode::Function { name: name.into(), args, is_builtin: true }
}

pub(super) fn apply(procedure: AstNode, args: Vec<AstNode>) -> AstNode {
    AstNode::Call { procedure: Box::new(procedure), args }
}

pub(super) fn either(condition: AstNode, then: AstNode, otherwise: AstNode) -> AstNode {
    AstNode::Conditional {
        condition: Box::new(condition),
        then_branch: Box::new(then),
        else_branch: Some(Box::new(otherwise)),
    }
}

/// Takes a node out, and leaves a placeholder.
pub(super) fn take(node: &mut AstNode) -> AstNode {
    std::mem::replace(node, AstNode::Null)
}

type Visit<'a> = &'a mut dyn FnMut(&mut AstNode) -> Result<(), String>;

/// Visits each child of a node.
pub(super) fn children(node: &mut AstNode, visit: Visit<'_>) -> Result<(), String> {
    match node {
        AstNode::Path { steps } => steps.iter_mut().try_for_each(|step| in_step(step, visit)),
        AstNode::Binary { lhs, rhs, .. } => {
            visit(lhs)?;
            visit(rhs)
        }
        AstNode::Unary { operand: inner, .. } | AstNode::FunctionApplication(inner) => visit(inner),
        AstNode::Call { procedure, args } => {
            visit(procedure)?;
            args.iter_mut().try_for_each(visit)
        }
        AstNode::Lambda { body, .. } => visit(body),
        AstNode::Function { args: items, .. }
        | AstNode::Array(items)
        | AstNode::ArrayGroup(items)
        | AstNode::Block(items) => items.iter_mut().try_for_each(visit),
        AstNode::Object(members) => in_members(members, visit),
        AstNode::ObjectTransform { input, pattern } => {
            visit(input)?;
            in_members(pattern, visit)
        }
        AstNode::Conditional { condition, then_branch, else_branch } => {
            visit(condition)?;
            visit(then_branch)?;
            else_branch.iter_mut().try_for_each(|part| visit(part))
        }
        AstNode::Sort { input, terms } => {
            visit(input)?;
            terms.iter_mut().try_for_each(|(term, _)| visit(term))
        }
        AstNode::Transform { location, update, delete } => {
            visit(location)?;
            visit(update)?;
            delete.iter_mut().try_for_each(|part| visit(part))
        }
        _ => Ok(()),
    }
}

fn in_step(step: &mut PathStep, visit: Visit<'_>) -> Result<(), String> {
    visit(&mut step.node)?;
    step.stages.iter_mut().try_for_each(|stage| match stage {
        Stage::Filter(filter) => visit(filter),
        _ => Ok(()),
    })
}

fn in_members(members: &mut [(AstNode, AstNode)], visit: Visit<'_>) -> Result<(), String> {
    members.iter_mut().try_for_each(|(name, value)| {
        visit(name)?;
        visit(value)
    })
}

/// The names with a space in front that were put into an expression, and that therefore must be registered.
pub(super) fn inserted(node: &mut AstNode) -> HashSet<String> {
    fn visit(node: &mut AstNode, names: &mut HashSet<String>) -> Result<(), String> {
        if let AstNode::Function { name, .. } = node
            && name.starts_with(' ')
            && !names.contains(name)
        {
            names.insert(name.clone());
        }
        children(node, &mut |child| visit(child, names))
    }
    let mut names = HashSet::new();
    // Collecting never fails.
    let _ = visit(node, &mut names);
    names
}

/// All names that an expression binds, as variables or as parameters.
pub(super) fn bound_names(node: &mut AstNode) -> HashSet<String> {
    fn visit(node: &mut AstNode, names: &mut HashSet<String>) -> Result<(), String> {
        match node {
            AstNode::Binary { op: BinaryOp::ColonEqual, lhs, .. } => {
                if let AstNode::Variable(name) = &**lhs {
                    names.insert(name.clone());
                }
            }
            AstNode::Lambda { params, .. } => names.extend(params.iter().cloned()),
            _ => {}
        }
        children(node, &mut |child| visit(child, names))
    }
    let mut names = HashSet::new();
    // Collecting never fails.
    let _ = visit(node, &mut names);
    names
}
