//! Puts every mutant of a file into it, each behind a condition.

use std::fmt;

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Arm, Attribute, BinOp, Block, Expr, ExprBinary, ExprLet, ImplItem, Item, Pat, Signature,
    TraitItem, Type, UnOp, parse_quote,
};

use crate::returned;

/// One change of the source.
#[derive(Debug, Clone)]
pub(crate) struct Mutant {
    /// It is this change that the number turns on.
    pub(crate) number: u32,
    /// The file, seen from `deployer/src`.
    pub(crate) file: String,
    line: usize,
    what: String,
}

impl fmt::Display for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{} {}:{} {}", self.number, self.file, self.line, self.what)
    }
}

/// Mutates the text of a file. The mutants get the numbers after `last`; `unviable` are left out.
pub(crate) fn mutate(file: &str, text: &str, last: u32, unviable: &[u32]) -> (String, Vec<Mutant>) {
    let mut tree = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
    let mut schema = Schema { file, last, unviable, mutants: Vec::new(), function: String::new() };
    schema.visit_file_mut(&mut tree);
    (prettyplease::unparse(&tree), schema.mutants)
}

struct Schema<'a> {
    file: &'a str,
    last: u32,
    unviable: &'a [u32],
    mutants: Vec<Mutant>,
    function: String,
}

impl Schema<'_> {
    /// The number of a new mutant, unless it does not compile.
    fn new_mutant(&mut self, at: Span, what: String) -> Option<u32> {
        self.last += 1;
        if self.unviable.contains(&self.last) {
            return None;
        }
        let what =
            if self.function.is_empty() { what } else { format!("{what} in {}", self.function) };
        let (file, line) = (self.file.to_owned(), at.start().line);
        self.mutants.push(Mutant { number: self.last, file, line, what });
        Some(self.last)
    }

    fn function(&mut self, signature: &Signature, block: &mut Block) {
        if signature.constness.is_some() || block.stmts.is_empty() {
            return;
        }
        let outer = std::mem::replace(&mut self.function, signature.ident.to_string());
        visit_mut::visit_block_mut(self, block);
        for value in returned::values(&signature.output) {
            let what = format!("returns {}", tokens(&value));
            if let Some(number) = self.new_mutant(signature.span(), what) {
                block
                    .stmts
                    .insert(0, parse_quote!(if crate::mutant::is(#number) { return #value; }));
            }
        }
        self.function = outer;
    }

    fn binary(&mut self, binary: &ExprBinary) -> Option<Expr> {
        let (left, right, found) = (&binary.left, &binary.right, &binary.op);
        if has_let(&binary.left) || has_let(&binary.right) {
            return None;
        }
        let logical = matches!(found, BinOp::And(_) | BinOp::Or(_));
        // Evaluated once, so that a chain does not double with every link.
        let left: Expr = if logical { parse_quote!(left) } else { parse_quote!((#left)) };
        let right: Expr = parse_quote!((#right));
        let mut all: Expr = parse_quote!({ #left #found #right });
        let mut changed = false;
        for other in others(found) {
            let what = format!("`{}` → `{}`", tokens(found), tokens(&other));
            if let Some(number) = self.new_mutant(found.span(), what) {
                all = parse_quote!(if crate::mutant::is(#number) { #left #other #right } else { #all });
                changed = true;
            }
        }
        let whole = &binary.left;
        match (changed, logical) {
            (false, _) => None,
            (true, false) => Some(parse_quote!((#all))),
            (true, true) => Some(parse_quote!(({ let left: bool = #whole; #all }))),
        }
    }

    fn arm(&mut self, arm: &mut Arm, can_go: bool) {
        let line = arm.span();
        match &mut arm.guard {
            Some((_, guard)) if !has_let(guard) => {
                for value in [true, false] {
                    let what = format!("guard is {value}");
                    if let Some(number) = self.new_mutant(line, what) {
                        **guard = parse_quote!((if crate::mutant::is(#number) { #value } else { #guard }));
                    }
                }
            }
            None if can_go => {
                let what = format!("without the arm {}", tokens(&arm.pat));
                if let Some(number) = self.new_mutant(line, what) {
                    arm.guard = Some((
                        syn::token::If::default(),
                        Box::new(parse_quote!(!crate::mutant::is(#number))),
                    ));
                }
            }
            _ => {}
        }
    }
}

impl VisitMut for Schema<'_> {
    fn visit_item_mut(&mut self, item: &mut Item) {
        match item {
            Item::Const(_) | Item::Static(_) | Item::Macro(_) => {}
            Item::Mod(module) if is_for_tests(&module.attrs) => {}
            Item::Fn(function) if is_for_tests(&function.attrs) => {}
            Item::Fn(function) => self.function(&function.sig, &mut function.block),
            Item::Impl(block) if is_for_tests(&block.attrs) || is_debug(block) => {}
            other => visit_mut::visit_item_mut(self, other),
        }
    }

    fn visit_impl_item_mut(&mut self, item: &mut ImplItem) {
        if let ImplItem::Fn(function) = item
            && !is_for_tests(&function.attrs)
        {
            self.function(&function.sig, &mut function.block);
        }
    }

    fn visit_trait_item_mut(&mut self, item: &mut TraitItem) {
        if let TraitItem::Fn(function) = item
            && let Some(block) = &mut function.default
        {
            self.function(&function.sig, block);
        }
    }

    // Constant expressions are in there.
    fn visit_type_mut(&mut self, _: &mut Type) {}

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        match expression {
            Expr::Binary(binary) => {
                if let Some(mutated) = self.binary(binary) {
                    *expression = mutated;
                }
            }
            Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => {
                let inner = unary.expr.clone();
                if let Some(number) = self.new_mutant(unary.op.span(), "without `!`".to_owned()) {
                    *expression =
                        parse_quote!((if crate::mutant::is(#number) { #inner } else { !#inner }));
                }
            }
            Expr::Match(choice) => {
                let others = choice
                    .arms
                    .iter()
                    .any(|arm| arm.guard.is_none() && matches!(arm.pat, Pat::Wild(_)));
                for arm in &mut choice.arms {
                    let can_go = others && !matches!(arm.pat, Pat::Wild(_));
                    self.arm(arm, can_go);
                }
            }
            _ => {}
        }
    }
}

/// What could stand there in place of an operator.
fn others(found: &BinOp) -> Vec<BinOp> {
    match found {
        BinOp::Eq(_) => vec![parse_quote!(!=)],
        BinOp::Ne(_) => vec![parse_quote!(==)],
        BinOp::And(_) => vec![parse_quote!(||)],
        BinOp::Or(_) => vec![parse_quote!(&&)],
        BinOp::Lt(_) => vec![parse_quote!(<=), parse_quote!(>)],
        BinOp::Gt(_) => vec![parse_quote!(>=), parse_quote!(<)],
        BinOp::Le(_) => vec![parse_quote!(<), parse_quote!(>)],
        BinOp::Ge(_) => vec![parse_quote!(>), parse_quote!(<)],
        BinOp::Add(_) => vec![parse_quote!(-)],
        BinOp::Sub(_) => vec![parse_quote!(+)],
        BinOp::Mul(_) => vec![parse_quote!(+)],
        BinOp::Div(_) | BinOp::Rem(_) => vec![parse_quote!(*)],
        _ => Vec::new(),
    }
}

fn is_debug(block: &syn::ItemImpl) -> bool {
    block.trait_.as_ref().is_some_and(|(_, path, _)| tokens(path).ends_with("Debug"))
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let text = tokens(attribute);
        attribute.path().is_ident("test") || text.contains("cfg (test)")
    })
}

/// Whether an expression binds names with `let`, outside of blocks.
fn has_let(expression: &Expr) -> bool {
    struct Finder(bool);
    impl<'a> Visit<'a> for Finder {
        fn visit_expr_let(&mut self, _: &'a ExprLet) {
            self.0 = true;
        }
        fn visit_block(&mut self, _: &'a Block) {}
        fn visit_expr_match(&mut self, _: &'a syn::ExprMatch) {}
        fn visit_expr_if(&mut self, _: &'a syn::ExprIf) {}
        fn visit_expr_closure(&mut self, _: &'a syn::ExprClosure) {}
    }
    let mut finder = Finder(false);
    finder.visit_expr(expression);
    finder.0
}

fn tokens(part: &impl ToTokens) -> String {
    part.to_token_stream().to_string()
}
