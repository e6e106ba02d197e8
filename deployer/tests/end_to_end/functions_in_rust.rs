//! A function in Rust that travels with a flow: built by cargo-lambda, deployed, called for a real message, changed, traced,
//! and removed; and run on this machine by the flow's tests.
//!
//! It speaks Lambda's runtime API itself, because a build of `lambda_runtime` takes minutes.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::emulator::install::{Requirements, python};
use crate::emulator::message::message;
use crate::emulator::{Trouble, folder};
use crate::sandbox::Sandbox;

/// What builds it.
const CARGO_LAMBDA: Requirements = Requirements {
    file: concat!(env!("CARGO_MANIFEST_DIR"), "/tests/emulator/cargo-lambda.txt"),
    text: include_str!("../emulator/cargo-lambda.txt"),
    modules: "ziglang",
};

const FLOW: &str = "name: rust\ndescription: A function in Rust decides.\n";
const DEFINITION: &str = "\
QueryLanguage: JSONata
StartAt: Decide
States:
  Decide:
    Type: Task
    Resource: arn:aws:states:::lambda:invoke
    Arguments: {FunctionName: '${functions.decide}', Payload: '{% $states.input %}'}
    Output: '{% $states.result.Payload %}'
    End: true
";
const TESTS: &str = "\
tests:
  - {name: a short subject, event: {subject: Hello}, expect: {verdict: BOUNCE}}
  - {name: an advertisement, event: {subject: ADVERTISEMENT}, expect: {verdict: DROP}}
";
const MANIFEST: &str = "\
[package]
name = \"decide\"
version = \"0.1.0\"
edition = \"2024\"

[dependencies]
itoa = \"1\"

[workspace]
";
const CODE: &str = r##"
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

fn main() -> io::Result<()> {
    let api = std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap_or_default();
    loop {
        let (id, event) = call(&api, "GET", "next", "")?;
        let action = if event.contains("ADVERTISEMENT") {
            r#"{"type":"DROP"}"#.to_owned()
        } else {
            let subject = event.split(r#""subject":"#).nth(1).and_then(|rest| rest.split('"').nth(1));
            let length = subject.unwrap_or_default().len();
            let mut number = itoa::Buffer::new();
            let text = number.format(length * FACTOR);
            format!(r#"{{"type":"BOUNCE","parameters":{{"bounceMessage":"{text}"}}}}"#)
        };
        eprintln!("decided in Rust");
        let verdict = format!(r#"{{"actions":[{{"allRecipients":true,"action":{action}}}]}}"#);
        call(&api, "POST", &format!("{id}/response"), &verdict)?;
    }
}

const FACTOR: usize = 2;

fn call(api: &str, method: &str, path: &str, body: &str) -> io::Result<(String, String)> {
    let mut stream = TcpStream::connect(api)?;
    let length = body.len();
    write!(stream, "{method} /2018-06-01/runtime/invocation/{path} HTTP/1.1\r\nHost: {api}\r\n")?;
    write!(stream, "Connection: close\r\nContent-Length: {length}\r\n\r\n{body}")?;
    let (mut reader, mut id, mut length) = (BufReader::new(stream), String::new(), 0);
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        let (name, value) = line.trim_end().split_once(": ").unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "lambda-runtime-aws-request-id" => id = value.to_owned(),
            "content-length" => length = value.parse().unwrap_or(0),
            _ => {}
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok((id, String::from_utf8_lossy(&body).into_owned()))
}
"##;

/// The flow's folder. Its lock file is this workspace's, of which cargo keeps what it needs: so the dependency is in
/// cargo's cache already.
fn flow(sandbox: &Sandbox) -> Result<PathBuf, Trouble> {
    // The emulator runs the function on this machine.
    let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };
    let settings = format!("runtime: provided.al2023\narchitecture: {architecture}\ntimeout: 20\n");
    let folder = sandbox.folder.join("flow");
    let files = [
        ("flow.yaml", FLOW),
        ("definition.asl.yaml", DEFINITION),
        ("tests/verdicts.yaml", TESTS),
        ("functions/decide/function.yaml", &settings),
        ("functions/decide/Cargo.toml", MANIFEST),
        ("functions/decide/Cargo.lock", include_str!("../../../Cargo.lock")),
        ("functions/decide/src/main.rs", CODE),
    ];
    for (path, text) in files {
        write(&folder.join(path), text)?;
    }
    Ok(folder)
}

fn write(path: &Path, text: &str) -> Result<(), Trouble> {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(path, text)).map_err(|cause| Trouble::of("a file", cause))
}

/// Lets the deployer find cargo, cargo-lambda and zig. Their caches are shared by all runs of a test; two tests at the same
/// time would replace each other's program in one target folder.
#[expect(clippy::disallowed_methods, reason = "cargo and rustup are where this machine has them")]
fn bring_cargo(sandbox: &mut Sandbox, test: &str) -> Result<(), Trouble> {
    let emulator = folder()?;
    let tools = python(&emulator, &CARGO_LAMBDA)?;
    let cargo = Path::new(env!("CARGO")).parent();
    let path = env::var_os("PATH").unwrap_or_default();
    let first = tools.parent().into_iter().chain(cargo).map(Path::to_owned);
    let path = env::join_paths(first.chain(env::split_paths(&path)));
    let path = path.map_err(|cause| Trouble::of("PATH", cause))?;
    sandbox.variable("PATH", path.to_string_lossy());
    let home = env::home_dir().unwrap_or_default();
    for (name, usual) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        let place = env::var_os(name).map_or_else(|| home.join(usual), PathBuf::from);
        sandbox.variable(name, place.display().to_string());
    }
    for (name, place) in [
        ("CARGO_TARGET_DIR", &format!("functions/{test}") as &str),
        ("XDG_CACHE_HOME", "cache"),
        ("ZIG_GLOBAL_CACHE_DIR", "cache/zig"),
    ] {
        sandbox.variable(name, emulator.join(place).display().to_string());
    }
    Ok(())
}

fn bounce(text: &str) -> Value {
    let action = json!({ "type": "BOUNCE", "parameters": { "bounceMessage": text } });
    json!({ "actions": [{ "allRecipients": true, "action": action }] })
}

#[tokio::test]
async fn a_function_in_rust_is_built_deployed_called_changed_traced_and_removed()
-> Result<(), Trouble> {
    let mut sandbox = Sandbox::new().await?;
    bring_cargo(&mut sandbox, "deployed")?;
    let folder = flow(&sandbox)?;
    let flow = folder.display().to_string();
    let up = sandbox.up(&["--flow", &flow]).await?.ended(0)?;
    assert!(up.stderr.contains("function decide: building"), "{}", up.stderr);
    let id = "00000000000000000000000000000001";
    // The subject has 27 characters.
    assert_eq!(sandbox.decided(&message(id)).await?.body, bounce("54"));

    let again = sandbox.up(&["--flow", &flow]).await?.ended(0)?;
    assert!(
        again.stderr.contains("no changes"),
        "the same code, the same archive: {}",
        again.stderr
    );
    let trace = sandbox.run(&["trace", id]).await?.ended(0)?;
    assert!(trace.stdout.contains("Decide calls lambda:invoke"), "{}", trace.stdout);
    let logs = sandbox.run(&["logs", "--function", "decide"]).await?.ended(0)?;
    assert!(logs.stdout.contains("decided in Rust"), "{}", logs.stdout);
    sandbox.run(&["drift"]).await?.ended(0)?;

    let other = CODE.replace("FACTOR: usize = 2", "FACTOR: usize = 3");
    write(&folder.join("functions/decide/src/main.rs"), &other)?;
    let changed = sandbox.up(&["--flow", &flow]).await?.ended(0)?;
    let only_one = "Plan: 0 to add, 1 to change, 0 to remove.";
    assert!(changed.stderr.contains(only_one), "{}", changed.stderr);
    let answer = sandbox.decided(&message("00000000000000000000000000000002")).await?;
    assert_eq!(answer.body, bounce("81"));

    write(&folder.join("functions/decide/src/main.rs"), "fn main() { broken }")?;
    let broken = sandbox.up(&["--flow", &flow]).await?;
    assert!(broken.code != Some(0) && broken.stderr.contains("broken"), "{}", broken.stderr);
    let answer = sandbox.decided(&message("00000000000000000000000000000003")).await?;
    assert_eq!(answer.body, bounce("81"), "a build that fails changes nothing");

    sandbox.run(&["down", "--yes"]).await?.ended(0)?;
    let left = sandbox.account.functions().list_functions().send().await;
    let left = left.map_err(|cause| crate::emulator::account::refused("ListFunctions", cause))?;
    assert!(left.functions().is_empty(), "{:?}", left.functions());
    Ok(())
}

#[tokio::test]
async fn the_tests_of_a_flow_run_its_function_in_rust_on_this_machine() -> Result<(), Trouble> {
    let mut sandbox = Sandbox::new().await?;
    bring_cargo(&mut sandbox, "local")?;
    let flow = flow(&sandbox)?.display().to_string();
    let tested = sandbox.deployer.run(&["test", "--flow", &flow]).await?.ended(0)?;
    assert!(tested.stdout.contains("2 tests"), "{}{}", tested.stdout, tested.stderr);
    let event = sandbox.file("event.json", r#"{"subject":"123"}"#)?;
    let line = ["invoke", "--function", "decide", "--local", "--flow", &flow, "--event", &event];
    let invoked = sandbox.deployer.run(&line).await?.ended(0)?;
    assert!(invoked.stdout.contains(r#""bounceMessage": "6""#), "{}", invoked.stdout);
    assert!(invoked.stderr.contains("decide | decided in Rust"), "{}", invoked.stderr);
    Ok(())
}
