//! JSON paths in the notation of findings: `$.States.Decide.Choices[0]`, `$.States['Is it spam?']`.

pub fn member(path: &str, name: &str) -> String {
    let plain = |char: char| char.is_alphanumeric() || char == '_';
    if !name.is_empty() && name.chars().all(plain) {
        return format!("{path}.{name}");
    }
    format!("{path}['{}']", name.escape_debug())
}

pub fn item(path: &str, index: usize) -> String {
    format!("{path}[{index}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unusual_names_are_quoted() {
        assert_eq!(item(&member("$.States", "Is it?"), 2), "$.States['Is it?'][2]");
        assert_eq!(member("$", "It's\n"), "$['It\\'s\\n']");
        assert_eq!(member("$", "Prüfen_1"), "$.Prüfen_1");
    }
}
