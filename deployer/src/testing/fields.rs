//! Reading fields of a test file.

use clap::ValueEnum;

use crate::document::suggestion::or_meant;
use crate::finding::Finding;

pub(super) fn expected(what: &str) -> Finding {
    Finding::error("wrong-kind", "$", format!("{what} is expected"))
}

/// One of the words that an option of the same name accepts.
pub(super) fn one_of<T: ValueEnum>(text: &str) -> Result<T, Finding> {
    T::from_str(text, false).map_err(|_| {
        let words = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let words: Vec<String> = words.map(|word| word.get_name().to_owned()).collect();
        let fault = expected(&format!("one of {}", words.join(", ")));
        or_meant(fault, text, words.iter().map(String::as_str))
    })
}
