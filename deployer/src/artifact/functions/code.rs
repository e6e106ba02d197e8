//! The files of a function's folder that are its code.

use std::path::{Path, PathBuf};
use std::{fs, io};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::super::inspect::UNZIPPED_LIMIT;
use crate::files::text::read_at_most;
use crate::flow::CodeSource;

/// One file of a function's code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeFile {
    /// The path in the folder, with `/` as separator.
    pub path: String,
    pub content: Vec<u8>,
}

/// Why the code of a function cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    #[error("cannot read {}", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// What a zip archive cannot hold under this name everywhere.
    #[error("{path} cannot be packed: {reason}")]
    Name { path: String, reason: &'static str },
    #[error("{} points outside the function's folder", .0.display())]
    Outside(PathBuf),
    #[error("{} has more than {UNZIPPED_LIMIT} bytes, the maximum for Lambda", .0.display())]
    TooLarge(PathBuf),
    #[error("{} cannot be used", .0.display())]
    Ignore(PathBuf, #[source] ignore::Error),
}

/// Which files are not code, in the syntax of `.gitignore`.
pub const IGNORE_FILE: &str = ".deployerignore";

/// What is never code, unless a `.deployerignore` includes it again with `!`: what describes the
/// function, tests, what tools leave behind, and files that usually hold secrets.
const IGNORED: [&str; 28] = [
    "/function.yaml",
    "/function.yml",
    "/policy.yaml",
    "/policy.yml",
    "/.deployerignore",
    "/README.md",
    "tests/",
    "test/",
    "__tests__/",
    "test_*.py",
    "*_test.py",
    "conftest.py",
    "*.test.js",
    "*.test.mjs",
    "*.test.cjs",
    "__pycache__/",
    "*.py[co]",
    ".venv/",
    "/venv/",
    ".git/",
    ".gitignore",
    ".env",
    ".env.*",
    ".DS_Store",
    ".idea/",
    ".vscode/",
    "/target/",
    ".aws-sam/",
];

/// How deep folders may be nested: a link to a parent folder never ends.
const DEEPEST: usize = 64;

/// The code in a function's folder, sorted by path.
/// Fails when a file cannot be read or packed, or there is more than Lambda accepts.
pub fn files(source: &CodeSource) -> Result<Vec<CodeFile>, CodeError> {
    let files = match source {
        CodeSource::Folder(folder) => return files_of(folder, &rules(folder)?),
        CodeSource::BuiltIn(files) => files,
    };
    let rules = builder(Path::new("")).build();
    let rules = rules.map_err(|error| CodeError::Ignore(IGNORE_FILE.into(), error))?;
    let is_code = |path: &String| !rules.matched_path_or_any_parents(path, false).is_ignore();
    let files = files.iter().filter(|(path, _)| is_code(path));
    let file = |(path, text): &(String, &'static str)| CodeFile {
        path: path.clone(),
        content: text.as_bytes().to_vec(),
    };
    Ok(files.map(file).collect())
}

/// All files of a folder, sorted by path: what a build has made.
/// Fails when a file cannot be read or packed, or there is more than Lambda accepts.
pub fn all_files(folder: &Path) -> Result<Vec<CodeFile>, CodeError> {
    files_of(folder, &Gitignore::empty())
}

fn builder(folder: &Path) -> GitignoreBuilder {
    let mut builder = GitignoreBuilder::new(folder);
    for line in IGNORED {
        builder.add_line(None, line).expect("the lines above are patterns");
    }
    builder
}

fn rules(folder: &Path) -> Result<Gitignore, CodeError> {
    let mut builder = builder(folder);
    let own = folder.join(IGNORE_FILE);
    let unusable = |error| CodeError::Ignore(own.clone(), error);
    if own.exists() {
        builder.add(&own).map_or(Ok(()), |error| Err(unusable(error)))?;
    }
    builder.build().map_err(unusable)
}

fn files_of(folder: &Path, rules: &Gitignore) -> Result<Vec<CodeFile>, CodeError> {
    let root = fs::canonicalize(folder)
        .map_err(|source| CodeError::Read { path: folder.to_owned(), source })?;
    let mut walk = Walk { folder, root, rules, files: Vec::new(), bytes: 0 };
    walk.folder(folder, 0)?;
    let mut files = walk.files;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

struct Walk<'a> {
    folder: &'a Path,
    /// The same without links.
    root: PathBuf,
    rules: &'a Gitignore,
    files: Vec<CodeFile>,
    /// How many bytes they have.
    bytes: u64,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, depth: usize) -> Result<(), CodeError> {
        let failed = |source| CodeError::Read { path: folder.to_owned(), source };
        if depth > DEEPEST {
            return Err(failed(io::Error::other("its folders are nested too deeply")));
        }
        for entry in fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let failed = |source| CodeError::Read { path: path.clone(), source };
            let is_link = fs::symlink_metadata(&path).map_err(failed)?.is_symlink();
            let is_folder = path.is_dir();
            if self.rules.matched(&path, is_folder).is_ignore() {
                continue;
            }
            if is_link && !fs::canonicalize(&path).map_err(failed)?.starts_with(&self.root) {
                return Err(CodeError::Outside(path));
            }
            match is_folder {
                true => self.folder(&path, depth + 1)?,
                false => self.file(&path)?,
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path) -> Result<(), CodeError> {
        let name = self.name(path)?;
        let failed = |source| CodeError::Read { path: path.to_owned(), source };
        if !fs::metadata(path).map_err(failed)?.is_file() {
            return Err(failed(io::Error::other("it is not a file")));
        }
        let content = read_at_most(path, UNZIPPED_LIMIT).map_err(failed)?;
        self.bytes += content.len() as u64;
        if self.bytes > UNZIPPED_LIMIT {
            return Err(CodeError::TooLarge(self.folder.to_owned()));
        }
        self.files.push(CodeFile { path: name, content });
        Ok(())
    }

    /// The path in the folder as a zip archive has it.
    fn name(&self, path: &Path) -> Result<String, CodeError> {
        let inner = path.strip_prefix(self.folder).unwrap_or(path);
        let unfit = |reason| CodeError::Name { path: inner.display().to_string(), reason };
        let mut parts = Vec::new();
        for part in inner {
            let part = part.to_str().ok_or_else(|| unfit("its name is not UTF-8"))?;
            if part.contains(|char: char| char.is_control() || char == '\\') {
                return Err(unfit("its name has a backslash or a control character"));
            }
            parts.push(part);
        }
        Ok(parts.join("/"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder for this test run, removed at the end.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str, files: &[(&str, &str)]) -> Self {
            let name = format!("deployer-code-{}-{name}", std::process::id());
            let folder = std::env::temp_dir().join(name);
            let _ = fs::remove_dir_all(&folder);
            for (path, text) in files {
                let path = folder.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
            Self(folder)
        }

        fn paths(&self) -> Vec<String> {
            let found = files(&CodeSource::Folder(self.0.clone())).unwrap();
            found.into_iter().map(|file| file.path).collect()
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn what_is_not_code_stays_out() {
        let scratch = Scratch::new(
            "out",
            &[
                ("app.py", ""),
                ("lib/words.txt", ""),
                ("function.yaml", ""),
                ("lib/function.yaml", ""),
                ("policy.yaml", ""),
                ("tests/test_app.py", ""),
                ("lib/test_words.py", ""),
                ("__pycache__/app.cpython-313.pyc", ""),
                (".env", "SECRET=1"),
                ("lib/.env.local", "SECRET=1"),
            ],
        );
        assert_eq!(scratch.paths(), ["app.py", "lib/function.yaml", "lib/words.txt"]);
    }

    #[test]
    fn an_ignore_file_adds_rules_and_takes_rules_back() {
        let files = [
            ("app.py", ""),
            ("notes/a.md", ""),
            ("data/.env.words", ""),
            (".deployerignore", "notes/\n!.env.words\n"),
        ];
        assert_eq!(Scratch::new("own", &files).paths(), ["app.py", "data/.env.words"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_to_files_of_the_folder_only() {
        use std::os::unix::fs::symlink;
        let scratch = Scratch::new("links", &[("a/one.py", "x = 1")]);
        symlink("a/one.py", scratch.0.join("two.py")).unwrap();
        assert_eq!(scratch.paths(), ["a/one.py", "two.py"]);
        symlink("/etc/hostname", scratch.0.join("three.py")).unwrap();
        let found = files(&CodeSource::Folder(scratch.0.clone()));
        assert!(matches!(found, Err(CodeError::Outside(path)) if path.ends_with("three.py")));
        fs::remove_file(scratch.0.join("three.py")).unwrap();
        symlink(".", scratch.0.join("around")).unwrap();
        assert!(matches!(
            files(&CodeSource::Folder(scratch.0.clone())),
            Err(CodeError::Read { .. })
        ));
    }

    #[cfg(unix)]
    #[test]
    fn odd_names_and_things_that_are_no_files_are_refused() {
        for name in ["a\nb.py", "a\\b.py"] {
            let scratch = Scratch::new("names", &[("app.py", ""), (name, "")]);
            let found = files(&CodeSource::Folder(scratch.0.clone()));
            assert!(matches!(found, Err(CodeError::Name { .. })), "{name:?}");
        }
        let scratch = Scratch::new("socket", &[("app.py", "")]);
        let _socket = std::os::unix::net::UnixListener::bind(scratch.0.join("s")).unwrap();
        let found = files(&CodeSource::Folder(scratch.0.clone()));
        assert!(matches!(found, Err(CodeError::Read { .. })));
    }
}
