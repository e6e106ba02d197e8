//! Replaces the regular expressions of an expression: the crate has those of Rust, JSONata those of
//! JavaScript ([`crate::expression::pattern`]). A regular expression that is an argument of
//! `$contains`, `$match`, `$replace` or `$split` becomes a call of a function in
//! [`super::matching`]. Everywhere else it becomes what it is in the reference implementation: a
//! function that returns the first match, and how to get the next one.

use std::collections::HashSet;

use jsonata_core::ast::{AstNode, BinaryOp};

use super::NotRead;
use super::nodes::{apply, bound_names, call, children, context, either, lambda, take, variable};
use crate::expression::pattern::{Doubt, Pattern, PatternError};

/// The regular expressions of an expression.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    /// Compiled. Nodes refer to them by position.
    pub(super) compiled: Vec<Pattern>,
    /// What can go wrong with them.
    pub(super) doubts: Vec<Doubt>,
    /// The sources and positions of those that some texts could keep busy.
    pub(super) suspects: Vec<(String, usize)>,
}

/// Replaces all regular expressions.
///
/// # Errors
/// If one is invalid, or too large for this program. Contains the reason.
pub(super) fn replace(node: &mut AstNode) -> Result<Patterns, NotRead> {
    let bound = bound_names(node);
    let mut replacing = Replacing { found: Patterns::default(), too_large: None, bound };
    replacing.visit(node)?;
    replacing.too_large.map_or(Ok(replacing.found), |why| Err(NotRead::NotRunHere(why)))
}

struct Replacing {
    found: Patterns,
    /// Why one cannot be compiled that JavaScript reads.
    too_large: Option<String>,
    /// The names that the expression binds. It means its own functions with them.
    bound: HashSet<String>,
}

impl Replacing {
    fn visit(&mut self, node: &mut AstNode) -> Result<(), String> {
        self.chain_to_call(node);
        if let AstNode::Function { name, args, is_builtin: true } = node
            && !self.bound.contains(name)
            && let "contains" | "match" | "replace" | "split" = name.as_str()
        {
            let (name, args) = (std::mem::take(name), std::mem::take(args));
            *node = self.function(&name, args)?;
            return Ok(());
        }
        if let AstNode::Regex { pattern, flags } = node {
            let id = self.add(pattern, flags)?;
            *node = matcher(&id);
            return Ok(());
        }
        children(node, &mut |child| self.visit(child))
    }

    /// Rewrites `a ~> $contains(b)` as the equivalent call `$contains(a, b)`.
    fn chain_to_call(&self, node: &mut AstNode) {
        let AstNode::Binary { op: BinaryOp::ChainPipe, lhs, rhs } = node else { return };
        let AstNode::Function { name, args, is_builtin: true } = &mut **rhs else { return };
        let takes_pattern = ["contains", "match", "replace", "split"].contains(&name.as_str());
        if takes_pattern && !self.bound.contains(name) && !args.contains(&AstNode::Placeholder) {
            args.insert(0, take(lhs));
            *node = take(rhs);
        }
    }

    fn add(&mut self, source: &str, flags: &str) -> Result<AstNode, String> {
        if let Some(unknown) = flags.chars().find(|flag| !"im".contains(*flag)) {
            return Err(format!("S0201: Syntax error: {unknown} after a regular expression"));
        }
        if flags
            .chars()
            .enumerate()
            .any(|(at, flag)| flags.chars().skip(at + 1).any(|it| it == flag))
        {
            return Err(format!("Invalid flags of a regular expression: {flags}"));
        }
        #[expect(clippy::cast_precision_loss, reason = "an expression has fewer patterns")]
        let id = self.found.compiled.len() as f64;
        match Pattern::parse(source, flags) {
            Ok(pattern) => {
                self.found.doubts.extend(pattern.difference().map(|(what, instead)| Doubt::Java {
                    pattern: source.to_owned(),
                    what: what.clone(),
                    instead,
                }));
                if pattern.may_be_slow() {
                    self.found.suspects.push((source.to_owned(), self.found.compiled.len()));
                }
                self.found.compiled.push(pattern);
            }
            Err(PatternError::Invalid(why)) => {
                return Err(format!("Invalid regular expression: /{source}/: {why}"));
            }
            Err(PatternError::TooLarge(why)) => {
                self.too_large.get_or_insert(why);
            }
        }
        Ok(AstNode::Number(id))
    }

    /// Notes a pattern with which a function fails that goes from match to match.
    fn doubt(&mut self, function: &str, source: &str) {
        let text = self.found.compiled.last().and_then(Pattern::matches_nothing_in);
        if let Some(text) = text.filter(|_| function != "contains") {
            let (pattern, function) = (source.to_owned(), function.to_owned());
            self.found.doubts.push(Doubt::EmptyMatch { pattern, function, text });
        }
    }

    /// The call of a function that takes a pattern.
    fn function(&mut self, name: &str, mut args: Vec<AstNode>) -> Result<AstNode, String> {
        if matches!(args.first(), Some(AstNode::Regex { .. })) {
            args.insert(0, context());
        }
        let id = match args.get(1) {
            Some(AstNode::Regex { pattern, flags }) => {
                let id = self.add(pattern, flags)?;
                self.doubt(name, pattern);
                Some(id)
            }
            _ => None,
        };
        for arg in &mut args {
            if !matches!(arg, AstNode::Regex { .. }) {
                self.visit(arg)?;
            }
        }
        let mut open = Vec::new();
        for (at, arg) in args.iter_mut().enumerate() {
            if *arg == AstNode::Placeholder && (id.is_some() || name != "match") {
                open.push(format!("open {at}"));
                *arg = variable(format!("open {at}"));
            }
        }
        let called = match id {
            Some(id) => with_pattern(name, id, args),
            None => without_pattern(name, args),
        };
        Ok(if open.is_empty() { called } else { lambda(open, called) })
    }
}

/// The call of a function with a regular expression as its second argument.
fn with_pattern(name: &str, id: AstNode, mut args: Vec<AstNode>) -> AstNode {
    let by_lambda = name == "replace" && matches!(args.get(2), Some(AstNode::Lambda { .. }));
    let by_text = matches!(args.get(2), None | Some(AstNode::String(_)));
    if let Some(place) = args.get_mut(1)
        && by_lambda
    {
        *place = matcher(&id);
        return call(name, args);
    }
    if let Some(place) = args.get_mut(1) {
        *place = id.clone();
    }
    if name != "replace" || by_text {
        return call(format!(" regex {name}"), args);
    }
    // Only the value of the replacement shows whether it is a function.
    let params: Vec<String> = (0..args.len()).map(|at| format!("replace {at}")).collect();
    let natively: Vec<AstNode> = params.iter().cloned().map(variable).collect();
    let mut by_function = natively.clone();
    if let Some(place) = by_function.get_mut(1) {
        *place = matcher(&id);
    }
    let condition = call(" is function", vec![variable("replace 2")]);
    let body = either(condition, call(name, by_function), call(" regex replace", natively));
    apply(lambda(params, body), args)
}

/// The call of a function whose pattern is not written as a regular expression, but may be the name
/// of one, or another function. The crate doesn't support these as patterns of `$contains` and
/// `$split`.
fn without_pattern(name: &str, args: Vec<AstNode>) -> AstNode {
    let plain = |node: &AstNode| matches!(node, AstNode::String(_) | AstNode::Number(_));
    let pattern = if args.len() == 1 { args.first() } else { args.get(1) };
    let supported = name == "match" || name == "replace" || pattern.is_none_or(plain);
    if supported {
        return call(name, args);
    }
    let params: Vec<String> = (0..args.len()).map(|at| format!("{name} {at}")).collect();
    let given: Vec<AstNode> = params.iter().cloned().map(variable).collect();
    let with_context: Vec<AstNode> = std::iter::once(context()).chain(given.clone()).collect();
    let calls = |args: &[AstNode], at: usize| {
        call(" is function", args.get(at..=at).unwrap_or_default().to_vec())
    };
    let mut body = call(name, given.clone());
    if given.len() < 3 {
        body = either(calls(&given, 0), by_function(name, &with_context), body);
    }
    if given.len() > 1 {
        body = either(calls(&given, 1), by_function(name, &given), body);
    }
    apply(lambda(params, body), args)
}

/// `$contains` and `$split` with a function as their pattern.
fn by_function(name: &str, args: &[AstNode]) -> AstNode {
    let text = args.first().cloned().unwrap_or(AstNode::Undefined);
    let function = args.get(1).cloned().unwrap_or(AstNode::Undefined);
    let found = if name == "contains" {
        call("exists", vec![apply(function, vec![text.clone()])])
    } else {
        let mut cut = vec![text.clone(), call("match", args.to_vec())];
        cut.extend(args.get(2).cloned());
        call(" regex cut", cut)
    };
    // For anything but a text, the crate fails, or returns nothing.
    let otherwise = call(name, vec![text.clone(), AstNode::String(String::new())]);
    either(call(" is text", vec![text]), found, otherwise)
}

/// The function that a regular expression is. Its names have spaces, so that no expression sees
/// them.
fn matcher(id: &AstNode) -> AstNode {
    let [search, text, from, again, found] =
        ["regex search", "regex text", "regex from", "regex again", "regex found"];
    let searched =
        call(" regex find", vec![id.clone(), variable(text), variable(from), variable(again)]);
    let next = lambda(
        Vec::new(),
        apply(
            variable(search),
            vec![variable(text), call(" regex end", vec![variable(found)]), AstNode::Boolean(true)],
        ),
    );
    let body = AstNode::Block(vec![
        bind(found, searched),
        call(" regex with next", vec![variable(found), next]),
    ]);
    let searching = lambda([text, from, again].map(str::to_owned).to_vec(), body);
    let first = vec![variable(text), variable(from), AstNode::Boolean(false)];
    let function = lambda([text, from].map(str::to_owned).to_vec(), apply(variable(search), first));
    AstNode::Block(vec![bind(search, searching), function])
}

fn bind(name: &str, value: AstNode) -> AstNode {
    AstNode::Binary {
        op: BinaryOp::ColonEqual,
        lhs: Box::new(variable(name)),
        rhs: Box::new(value),
    }
}
