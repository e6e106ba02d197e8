//! The command line that reruns a single test.

use super::assignments::for_shell;

/// Joins words into a command line that can be pasted. Words are quoted only if necessary, and with
/// double quotes if possible, because the shells of Windows support no others.
pub fn command_line(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    words.join(" ")
}

fn quoted(word: &str) -> String {
    // The path separator on Windows; special elsewhere.
    let is_backslash = |char: char| char == '\\';
    let plain = |char: char| {
        char.is_alphanumeric()
            || "-_./:=@,+".contains(char)
            || (cfg!(windows) && is_backslash(char))
    };
    let special = |char: char| {
        char.is_control() || "\"$`!%^".contains(char) || (!cfg!(windows) && is_backslash(char))
    };
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else if !word.contains(special) {
        format!("\"{word}\"")
    } else {
        for_shell(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_separate() {
        let words = ["deployer", "test", "--filter=a b", "it's $HOME", ""];
        assert_eq!(command_line(&words), r#"deployer test "--filter=a b" 'it'\''s $HOME' """#);
    }
}
