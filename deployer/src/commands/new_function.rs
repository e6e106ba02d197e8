//! `deployer new-function`.

use std::path::{Path, PathBuf};

use crate::config::{FunctionName, bad_values};
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::files::folder::{self, File};
use crate::finding::Finding;
use crate::flow::{Language, Runtime, built_in};
use crate::report::answers::FunctionAdded;
use crate::session::Session;

/// Add a Lambda function to a flow's folder.
///
/// Writes functions/NAME with its settings and its code, in Python, Node.js, or Rust; an existing
/// folder is not changed. The definition names the function as ${functions.NAME}, and `deployer up`
/// deploys it with the flow (docs/guides/functions.md).
#[derive(Debug, Clone, clap::Args)]
pub struct NewFunctionArgs {
    /// Name: words of lowercase letters and digits, with hyphens between them
    pub name: String,
    /// Lambda runtime: python3.13, nodejs22.x, or provided.al2023 for Rust
    #[arg(long, value_name = "RUNTIME")]
    pub runtime: String,
    /// Folder of the flow [default: the current folder]
    #[arg(long, value_name = "DIR")]
    pub flow: Option<String>,
}

/// What makes a folder that of a flow.
const MANIFEST: &str = "flow.yaml";

/// Fails when a value is invalid, the folder of the flow does not exist, or the function's folder
/// exists or cannot be written.
pub fn run(args: &NewFunctionArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let name = FunctionName::parse(&args.name)
        .map_err(|finding| bad_values(vec![Finding { location: "NAME".to_owned(), ..finding }]))?;
    let runtime = Runtime::parse(&args.runtime)
        .filter(|runtime| runtime.language != Language::Other)
        .ok_or_else(|| unknown_runtime(&args.runtime))?;
    let flow = flow(args, &session.host.environment.folder)?;
    let functions = flow.join("functions");
    let folder = functions.join(name.as_str());
    if folder.exists() {
        let sentence = format!("{} already exists; nothing was written", folder.display());
        return Err(CommandError::usage(Sentence(sentence)).hint("choose another name"));
    }
    std::fs::create_dir_all(&functions).map_err(CommandError::usage)?;
    let files = files(&name, &runtime);
    folder::fill(&folder, &files)?;
    let path = |file: &File| folder.join(&file.name).display().to_string();
    let files = files.iter().map(path).collect();
    session.answer(&FunctionAdded { function: name.to_string(), files, flow: &flow });
    Ok(Exit::Done)
}

fn unknown_runtime(runtime: &str) -> CommandError {
    let sentence = format!("there is no template for the runtime `{}`", runtime.escape_debug());
    let finding = Finding::error("function-runtime", "--runtime", sentence);
    bad_values(vec![finding.fix("use one such as python3.13, nodejs22.x, or provided.al2023")])
}

/// The folder of the flow.
fn flow(args: &NewFunctionArgs, here: &Path) -> Result<PathBuf, CommandError> {
    let folder = args.flow.as_ref().map_or_else(|| here.to_owned(), PathBuf::from);
    if [MANIFEST, "flow.yml"].iter().any(|name| folder.join(name).is_file()) {
        return Ok(folder);
    }
    let error = match &args.flow {
        Some(name) if built_in(name).is_some() => {
            let sentence = format!("`{name}` is a built-in flow, which cannot be changed");
            return Err(CommandError::usage(Sentence(sentence))
                .hint("copy it with `init`, and name the folder"));
        }
        Some(_) => format!("{} has no {MANIFEST}", folder.display()),
        None => format!("the current folder has no {MANIFEST}"),
    };
    Err(CommandError::usage(Sentence(error)).hint("name the folder of a flow with --flow DIR"))
}

/// The code of a new function, in each language.
const PYTHON: &str = include_str!("../../../templates/functions/app.py");
const NODE: &str = include_str!("../../../templates/functions/index.mjs");
const RUST: &str = include_str!("../../../templates/functions/main.rs");

fn files(name: &FunctionName, runtime: &Runtime) -> Vec<File> {
    let file =
        |name: &str, text: String| File { name: name.to_owned(), content: text.into_bytes() };
    let settings = format!(
        "runtime: {runtime}\n# memory: 256          # megabytes\n# timeout: 30          # seconds\n\
         # environment:\n#   WORD: value\n"
    );
    let mut files = vec![file("function.yaml", settings)];
    match runtime.language {
        Language::Python(_) => files.push(file("app.py", PYTHON.to_owned())),
        Language::Node(_) => files.push(file("index.mjs", NODE.to_owned())),
        Language::Program | Language::Other => {
            let manifest = format!(
                "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
                 lambda_runtime = \"1\"\nserde_json = \"1\"\n\
                 tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n\n\
                 # A workspace of its own, even inside another workspace.\n[workspace]\n"
            );
            files.push(file("Cargo.toml", manifest));
            files.push(file("src/main.rs", RUST.to_owned()));
        }
    }
    files
}
