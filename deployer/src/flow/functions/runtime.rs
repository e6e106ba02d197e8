//! The runtimes of Lambda, as far as the deployer has to know them.

use std::fmt;

/// The runtime of a function, such as `python3.13`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runtime {
    /// Its name in Lambda.
    name: String,
    /// What it runs.
    pub language: Language,
}

/// The language of a runtime, and its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Language {
    /// `python3.13`: its version is `3.13`.
    Python(String),
    /// `nodejs22.x`: its version is `22`.
    Node(String),
    /// `provided.al2023`: a program called `bootstrap`.
    Program,
    /// One for which only packaged code is accepted: `java21`, `dotnet8`, `ruby3.4`.
    Other,
}

impl Runtime {
    /// Reads the name of a runtime. New versions of known languages are known. `None` for anything else.
    /// Source: Lambda developer guide, "Lambda runtimes".
    pub fn parse(name: &str) -> Option<Self> {
        let is_number = |text: &str| {
            !text.is_empty() && text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit())
        };
        let after = |prefix: &str| name.strip_prefix(prefix);
        let language = if let Some(minor) = after("python3.").filter(|rest| is_number(rest)) {
            Language::Python(format!("3.{minor}"))
        } else if let Some(major) = after("nodejs").and_then(|rest| rest.strip_suffix(".x")) {
            Language::Node(Some(major).filter(|major| is_number(major))?.to_owned())
        } else if matches!(name, "provided.al2" | "provided.al2023") {
            Language::Program
        } else if after("java").is_some_and(is_number) || after("dotnet").is_some_and(is_number) {
            Language::Other
        } else {
            let (major, minor) = after("ruby")?.split_once('.')?;
            (is_number(major) && is_number(minor)).then_some(Language::Other)?
        };
        Some(Self { name: name.to_owned(), language })
    }

    /// Its name in Lambda.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// The handler of a function that names none.
    pub fn default_handler(&self) -> Option<&'static str> {
        match self.language {
            Language::Python(_) => Some("app.lambda_handler"),
            Language::Node(_) => Some("index.handler"),
            Language::Program => Some("bootstrap"),
            Language::Other => None,
        }
    }

    /// Files of which the code needs one for this handler; none if only Lambda knows.
    pub fn files_of(&self, handler: &str) -> Vec<String> {
        let module = handler.rsplit_once('.').map_or(handler, |(module, _)| module);
        match self.language {
            // Python takes dots and slashes alike for folders.
            Language::Python(_) => {
                let module = module.replace('.', "/");
                vec![format!("{module}.py"), format!("{module}/__init__.py")]
            }
            Language::Node(_) => ["js", "mjs", "cjs"].map(|end| format!("{module}.{end}")).into(),
            Language::Program => vec!["bootstrap".to_owned()],
            Language::Other => Vec::new(),
        }
    }
}

impl fmt::Display for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtimes_are_known_by_their_language() {
        let language = |name| Runtime::parse(name).map(|runtime| runtime.language);
        assert_eq!(language("python3.13"), Some(Language::Python("3.13".to_owned())));
        assert_eq!(language("nodejs22.x"), Some(Language::Node("22".to_owned())));
        assert_eq!(language("provided.al2023"), Some(Language::Program));
        for other in ["java21", "dotnet8", "ruby3.4"] {
            assert_eq!(language(other), Some(Language::Other), "{other}");
        }
        for unknown in [
            "",
            "python",
            "python3",
            "python3.x",
            "python2.7",
            "nodejs22",
            "nodejs.x",
            "go1.x",
            "provided",
            "ruby3",
        ] {
            assert_eq!(language(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn the_file_of_a_handler_is_known() {
        let files = |runtime, handler| Runtime::parse(runtime).unwrap().files_of(handler);
        assert_eq!(files("python3.13", "app.lambda_handler")[0], "app.py");
        assert_eq!(files("python3.13", "src.app.run")[0], "src/app.py");
        assert_eq!(files("python3.13", "src/app.run")[0], "src/app.py");
        assert_eq!(files("nodejs22.x", "src/index.handler")[1], "src/index.mjs");
        assert_eq!(files("provided.al2023", "anything"), ["bootstrap"]);
        assert!(files("java21", "example.Handler::run").is_empty());
    }
}
