//! Tests of packing: what makes the same bytes, and what is refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::build::Builder;
use super::cache::Cached;
use super::code::CodeFile;
use super::inspect::Unfit;
use super::{BuildError, Package, PackageError, Reason, Target, ToolError, Workshop, package};
use crate::config::FunctionName;
use crate::flow::{Build, CodeSource, FlowFunction, FunctionSettings, Runtime};

/// A function whose folder has these files.
fn function(folder: &Path, runtime: &str, build: Build, files: &[(&str, &[u8])]) -> FlowFunction {
    for (path, content) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let runtime = Runtime::parse(runtime).unwrap();
    FlowFunction {
        name: FunctionName::parse("own").unwrap(),
        arn: "arn:aws:lambda:us-east-1:123456789012:function:mail-own".to_owned(),
        settings: FunctionSettings {
            handler: runtime.default_handler().unwrap().to_owned(),
            runtime,
            description: String::new(),
            memory: 128,
            timeout: 3,
            architecture: "arm64",
            environment: BTreeMap::new(),
            layers: Vec::new(),
            vpc: None,
            build,
        },
        statements: Vec::new(),
        code: CodeSource::Folder(folder.to_owned()),
    }
}

fn packed(function: &FlowFunction) -> Result<Package, PackageError> {
    let on_build = |_: &FunctionName, _: &str| ();
    package(function, &Workshop { cache: None, target: Target::Lambda, on_build: &on_build })
}

fn reason(function: &FlowFunction) -> Reason {
    *packed(function).unwrap_err().reason
}

/// The beginning of a library for a processor: 0xb7 is arm64, 0x3e x86_64.
fn library(machine: u8) -> Vec<u8> {
    let mut header = b"\x7fELF\x02\x01\x01".to_vec();
    header.resize(18, 0);
    header.extend([machine, 0, 0, 0]);
    header
}

#[test]
fn the_same_files_in_other_folders_give_the_same_bytes() {
    let files: [(&str, &[u8]); 3] = [("app.py", b"x = 1"), ("lib/b.py", b""), ("lib/a.py", b"")];
    let mut reversed = files;
    reversed.reverse();
    let (one, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let one = packed(&function(one.path(), "python3.13", Build::ByLanguage, &files)).unwrap();
    let other = other.path().join("a folder with another name");
    let other = packed(&function(&other, "python3.13", Build::ByLanguage, &reversed)).unwrap();
    assert_eq!(one, other);
    assert_eq!(one.sources.len(), 3);
    let changed = TempDir::new().unwrap();
    let files: [(&str, &[u8]); 3] = [("app.py", b"x = 2"), ("lib/b.py", b""), ("lib/a.py", b"")];
    let changed =
        packed(&function(changed.path(), "python3.13", Build::ByLanguage, &files)).unwrap();
    assert_ne!(one.digest, changed.digest);
}

#[test]
fn what_lambda_could_not_run_is_refused() {
    let refused = |files: &[(&str, &[u8])]| {
        let folder = TempDir::new().unwrap();
        let python = function(folder.path(), "python3.13", Build::ByLanguage, files);
        match reason(&python) {
            Reason::Unfit(unfit) => unfit,
            other => panic!("{other}"),
        }
    };
    let app: (&str, &[u8]) = ("app.py", b"");
    assert!(matches!(refused(&[("main.py", b"")]), Unfit::NoHandler { .. }));
    let intel = library(0x3e);
    let found = refused(&[app, ("x/y.so", &intel)]);
    assert_eq!(found.to_string(), "`x/y.so` is for x86_64, and the function is for arm64");
    let arm = library(0xb7);
    let old = refused(&[app, ("y.cpython-311-aarch64-linux-gnu.so", &arm)]);
    assert!(matches!(old, Unfit::OtherPython { ref found, .. } if found == "3.11"), "{old}");
    let folder = TempDir::new().unwrap();
    let files: [(&str, &[u8]); 3] =
        [app, ("y.cpython-313-aarch64-linux-gnu.so", &arm), ("z.abi3.so", &arm)];
    packed(&function(folder.path(), "python3.13", Build::ByLanguage, &files)).unwrap();
}

#[cfg(unix)]
#[test]
fn a_build_command_makes_the_code_or_nothing() {
    let folder = TempDir::new().unwrap();
    let by = |line: &str| {
        let build = Build::Command(line.to_owned());
        function(folder.path(), "python3.13", build, &[("source.txt", b"x = 1")])
    };
    let made = packed(&by("cp source.txt \"$FUNCTION_OUTPUT/app.py\"")).unwrap();
    assert_eq!(made.sources.keys().collect::<Vec<_>>(), ["source.txt"]);
    let failed = reason(&by("echo half > \"$FUNCTION_OUTPUT/app.py\"; echo oh no >&2; exit 3"));
    let Reason::Build(BuildError::Tool(ToolError::Failed { output, .. })) = failed else {
        panic!("{failed}")
    };
    assert_eq!(output, "oh no");
    assert!(matches!(reason(&by("true")), Reason::Build(BuildError::Nothing(_))));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left in the folder");
}

#[test]
fn prebuilt_code_is_used_as_it_is() {
    let folder = TempDir::new().unwrap();
    let plain = function(folder.path(), "python3.13", Build::ByLanguage, &[("app.py", b"x = 1")]);
    let zip = packed(&plain).unwrap().zip;
    let files: [(&str, &[u8]); 2] = [("dist/app.py", b"x = 2"), ("code.zip", &zip)];
    let prebuilt = |name: &str| {
        let build = Build::Prebuilt(name.to_owned());
        packed(&function(folder.path(), "python3.13", build, &files))
    };
    assert_eq!(prebuilt("code.zip").unwrap().zip, zip);
    assert_ne!(prebuilt("dist").unwrap().zip, zip);
    assert!(matches!(*prebuilt("gone.zip").unwrap_err().reason, Reason::Code(_)));
    assert!(matches!(*prebuilt("app.py").unwrap_err().reason, Reason::Unfit(Unfit::Zip(_))));
}

#[test]
fn dependencies_without_fixed_versions_are_refused() {
    let folder = TempDir::new().unwrap();
    let manifest = br#"{"dependencies": {"ms": "^2"}}"#;
    let files: [(&str, &[u8]); 2] = [("index.js", b""), ("package.json", manifest)];
    let node = function(folder.path(), "nodejs22.x", Build::ByLanguage, &files);
    assert!(matches!(reason(&node), Reason::Build(BuildError::NoLock)));
    let files: [(&str, &[u8]); 2] =
        [("index.js", b""), ("package.json", b"{\"type\": \"module\"}")];
    let node = function(folder.path(), "nodejs22.x", Build::ByLanguage, &files);
    packed(&node).unwrap();
}

#[test]
fn what_builds_a_function_is_named_and_only_its_tools_are_cached() {
    let folder = TempDir::new().unwrap();
    let file = |path: &str, content: &str| CodeFile {
        path: path.to_owned(),
        content: content.as_bytes().to_vec(),
    };
    let package = r#"{"dependencies": {"ms": "2.1.3"}}"#;
    for (runtime, build, files, name, is_cached) in [
        ("python3.13", Build::ByLanguage, vec![file("app.py", "")], "files", false),
        (
            "python3.13",
            Build::ByLanguage,
            vec![file("requirements.txt", "")],
            "requirements.txt",
            true,
        ),
        (
            "nodejs22.x",
            Build::ByLanguage,
            vec![file("package.json", package)],
            "package.json",
            true,
        ),
        ("nodejs22.x", Build::ByLanguage, vec![file("package.json", "{}")], "files", false),
        ("provided.al2023", Build::ByLanguage, vec![file("Cargo.toml", "")], "Cargo.toml", false),
        ("python3.13", Build::Command("make".to_owned()), Vec::new(), "build", false),
    ] {
        let function = function(folder.path(), runtime, build, &[]);
        let builder = Builder::of(&function, &files).unwrap();
        assert_eq!(builder.name(), name);
        let cache = folder.path().to_owned();
        let place = |cache| Cached::of(cache, &function, &builder, &Target::Lambda, &files);
        assert_eq!(place(Some(&cache)).is_some(), is_cached, "{name}");
        assert!(place(None).is_none(), "{name}");
        let Some(cached) = place(Some(&cache)) else { continue };
        assert_eq!(cached.read(), None);
        cached.write(b"a zip");
        assert_eq!(cached.read().as_deref(), Some(&b"a zip"[..]));
    }
}
