//! Resolves JSON paths such as `$.actions[0].action`.

use serde_json::Value;

/// Whether a path leads to a place in a document, or to a missing member of an object in it.
pub(crate) fn leads_somewhere(path: &str, document: &Value) -> bool {
    path.strip_prefix('$').is_some_and(|steps| follow(steps, document))
}

fn follow(steps: &str, place: &Value) -> bool {
    if steps.is_empty() {
        return true;
    }
    if let Some((index, rest)) = steps.strip_prefix('[').and_then(|steps| steps.split_once(']')) {
        let element = index.parse::<usize>().ok().and_then(|index| place.get(index));
        return element.is_some_and(|element| follow(rest, element));
    }
    let Some(steps) = steps.strip_prefix('.') else {
        return false;
    };
    let (name, rest) = steps.split_at(steps.find(['.', '[']).unwrap_or(steps.len()));
    match place.get(name) {
        Some(member) => follow(rest, member),
        None => place.is_object() && !name.is_empty() && rest.is_empty(),
    }
}
