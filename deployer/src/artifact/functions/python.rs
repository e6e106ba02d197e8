//! Python: the packages of a `requirements.txt`, as wheels for the function's platform, by `uv` or `pip`.

use std::process::Command;

use super::build::{BuildError, Job, Target};
use super::code::CodeFile;
use super::tool::{self, ToolError};
use crate::flow::Language;

/// The list of packages.
pub(super) const LIST: &str = "requirements.txt";

/// What may run pip, by preference.
const PYTHONS: [&[&str]; 3] = [&["python3"], &["python"], &["py", "-3"]];

/// Installs the packages next to the code.
/// Fails when neither tool is installed, or a package has no wheel for the platform.
pub(super) fn build(job: Job<'_>) -> Result<Vec<CodeFile>, BuildError> {
    let (mut command, line) = match job.target {
        Target::ThisMachine { interpreter: Some(python) } => of_this_machine(python)?,
        _ => {
            let (version, platform) = platform(&job);
            match tool::answers("uv", &["--version"]) {
                true => by_uv(&version, &platform),
                false => by_pip(&version, &platform)?,
            }
        }
    };
    command.arg("--target").arg(&job.output).args(["-r", LIST]).current_dir(job.folder);
    tool::run(&mut command, &format!("{line} --target … -r {LIST}"))?;
    let made = job.made()?.into_iter().filter(is_needed).collect();
    Ok(job.merged(made))
}

/// What Lambda has: the version of Python, the processor, and the newest C library that wheels may need.
struct Platform {
    processor: &'static str,
    /// The minor version of glibc 2.
    glibc: u32,
}

/// Amazon Linux 2023 has glibc 2.34, and Amazon Linux 2, which Python up to 3.11 runs on, 2.26.
/// Source: Lambda developer guide, "Lambda runtimes"; Amazon Linux 2023 user guide, "Comparing AL2 and AL2023".
const GLIBC: u32 = 34;
const OLD_GLIBC: u32 = 26;
const LAST_OLD_PYTHON: u32 = 11;
/// The oldest that a wheel names by its version (PEP 600).
const OLDEST_GLIBC: u32 = 17;

fn platform(job: &Job<'_>) -> (String, Platform) {
    let settings = &job.function.settings;
    let Language::Python(version) = &settings.runtime.language else {
        unreachable!("only functions in Python have a builder for Python")
    };
    let minor = version.rsplit('.').next().and_then(|minor| minor.parse().ok()).unwrap_or(u32::MAX);
    let glibc = if minor <= LAST_OLD_PYTHON { OLD_GLIBC } else { GLIBC };
    let processor = if settings.architecture == "arm64" { "aarch64" } else { "x86_64" };
    (version.clone(), Platform { processor, glibc })
}

/// uv accepts older wheels than the platform that it is given, too. It knows fewer versions than
/// there are.
fn by_uv(version: &str, platform: &Platform) -> (Command, String) {
    let glibc = if platform.glibc >= GLIBC { 34 } else { OLDEST_GLIBC };
    let platform = format!("{}-manylinux_2_{glibc}", platform.processor);
    let mut command = Command::new("uv");
    let fixed = ["pip", "install", "--quiet", "--only-binary", ":all:", "--python-platform"];
    command.args(fixed).args([&platform, "--python-version", version]);
    (
        command,
        format!(
            "uv pip install --only-binary :all: --python-platform {platform} --python-version {version}"
        ),
    )
}

fn by_pip(version: &str, platform: &Platform) -> Result<(Command, String), ToolError> {
    let Some((program, before)) = pip() else {
        let looked_for =
            "`uv`, `python3 -m pip`, `python -m pip` and `py -3 -m pip` are".to_owned();
        return Err(ToolError::Missing { file: LIST, needs: "uv or pip", looked_for });
    };
    let mut command = Command::new(program);
    command.args(before).args(OPTIONS);
    command.args(["--only-binary", ":all:", "--implementation", "cp", "--python-version", version]);
    let processor = platform.processor;
    for glibc in (OLDEST_GLIBC..=platform.glibc).rev() {
        command.args(["--platform", &format!("manylinux_2_{glibc}_{processor}")]);
    }
    command.args(["--platform", &format!("manylinux2014_{processor}")]);
    let line = format!(
        "{program} -m pip install --only-binary :all: --python-version {version} --platform \
         manylinux_2_{}_{processor}",
        platform.glibc
    );
    Ok((command, line))
}

/// What every call of pip gets: no questions, no compiled files, which depend on the machine.
const OPTIONS: [&str; 7] = [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--no-input",
    "--no-compile",
    "--disable-pip-version-check",
];

fn pip() -> Option<(&'static str, &'static [&'static str])> {
    PYTHONS.iter().find_map(|words| {
        let (program, before) = words.split_first()?;
        let arguments = [before, &["-m", "pip", "--version"]].concat();
        tool::answers(program, &arguments).then_some((*program, before))
    })
}

/// The packages as this machine's interpreter accepts them.
fn of_this_machine(python: &str) -> Result<(Command, String), ToolError> {
    if tool::answers(python, &["-m", "pip", "--version"]) {
        let mut command = Command::new(python);
        command.args(OPTIONS);
        return Ok((command, format!("{python} -m pip install")));
    }
    if !tool::answers("uv", &["--version"]) {
        let looked_for = format!("`uv` and `{python} -m pip` are");
        return Err(ToolError::Missing { file: LIST, needs: "uv or pip", looked_for });
    }
    let mut command = Command::new("uv");
    command.args(["pip", "install", "--quiet", "--python", python]);
    Ok((command, format!("uv pip install --python {python}")))
}

/// Whether an installed file is code. Scripts for the shell, lists of installed files and the name of the tool depend on
/// the machine, and no function needs them.
fn is_needed(file: &CodeFile) -> bool {
    let records = ["RECORD", "INSTALLER", "REQUESTED", "direct_url.json"];
    let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
    let is_record = folder.ends_with(".dist-info") && records.contains(&name);
    let is_script = folder == "bin" && file.content.starts_with(b"#!");
    let is_compiled = folder.rsplit('/').next() == Some("__pycache__");
    !is_record && !is_script && !is_compiled && file.path != ".lock"
}
