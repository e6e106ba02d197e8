//! What a mutated function returns in place of what it computes.

use syn::{Expr, GenericArgument, PathArguments, ReturnType, Type, TypePath, parse_quote};

/// Values of the return type that are worth a try. None for types whose values are not known.
pub(crate) fn values(returned: &ReturnType) -> Vec<Expr> {
    match returned {
        ReturnType::Default => vec![parse_quote!(())],
        ReturnType::Type(_, kind) => of(kind),
    }
}

fn of(kind: &Type) -> Vec<Expr> {
    match kind {
        Type::Path(path) => of_path(path),
        Type::Reference(reference) if reference.mutability.is_none() => match &*reference.elem {
            Type::Path(path) if path.path.is_ident("str") => {
                vec![parse_quote!(""), parse_quote!("xyzzy")]
            }
            _ => Vec::new(),
        },
        Type::Tuple(tuple) if tuple.elems.is_empty() => vec![parse_quote!(())],
        _ => Vec::new(),
    }
}

fn of_path(path: &TypePath) -> Vec<Expr> {
    let Some(last) = path.path.segments.last() else {
        return Vec::new();
    };
    let inner = || match &last.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(kind) => Some(of(kind)),
                _ => None,
            })
        }
        _ => None,
    };
    let wrapped = |wrap: fn(Expr) -> Expr| inner().unwrap_or_default().into_iter().map(wrap);
    match last.ident.to_string().as_str() {
        "bool" => vec![parse_quote!(true), parse_quote!(false)],
        "String" => vec![parse_quote!(String::new()), parse_quote!("xyzzy".to_owned())],
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i32" | "i64" => {
            vec![parse_quote!(0), parse_quote!(1)]
        }
        "Vec" => vec![parse_quote!(Vec::new())],
        "BTreeMap" => vec![parse_quote!(std::collections::BTreeMap::new())],
        "BTreeSet" => vec![parse_quote!(std::collections::BTreeSet::new())],
        "Duration" => vec![parse_quote!(std::time::Duration::ZERO)],
        "Option" => {
            let mut all: Vec<Expr> = vec![parse_quote!(None)];
            all.extend(wrapped(|value| parse_quote!(Some(#value))));
            all
        }
        "Result" => wrapped(|value| parse_quote!(Ok(#value))).collect(),
        _ => Vec::new(),
    }
}
