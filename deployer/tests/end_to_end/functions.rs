//! Functions that travel with a flow: built, deployed, called for a real message, changed, and removed.

use std::fs;

use serde_json::json;

use crate::emulator::Trouble;
use crate::emulator::message::message;
use crate::sandbox::Sandbox;

const FLOW: &str = "name: two\ndescription: Two functions decide.\n";
const DEFINITION: &str = "\
QueryLanguage: JSONata
StartAt: Escape
States:
  Escape:
    Type: Task
    Resource: arn:aws:states:::lambda:invoke
    Arguments: {FunctionName: '${functions.escape}', Payload: '{% $states.input %}'}
    Output: '{% $states.result.Payload %}'
    Next: Decide
  Decide:
    Type: Task
    Resource: '${functions.decide}'
    End: true
";

/// MarkupSafe has a compiled part. The emulator runs functions with the interpreter of this machine.
const REQUIREMENTS: &str = "markupsafe==3.0.2\n";
const PYTHON: &str = "\
from markupsafe import escape, _speedups


def lambda_handler(event, context):
    return {'subject': str(escape('<' + event['subject'] + '>'))}
";

const PACKAGE: &str = r#"{"name":"decide","version":"1.0.0","dependencies":{"ms":"2.1.3"}}"#;
const LOCK: &str = r#"{
  "name": "decide", "version": "1.0.0", "lockfileVersion": 3, "requires": true,
  "packages": {
    "": {"name": "decide", "version": "1.0.0", "dependencies": {"ms": "2.1.3"}},
    "node_modules/ms": {
      "version": "2.1.3",
      "resolved": "https://registry.npmjs.org/ms/-/ms-2.1.3.tgz",
      "integrity": "sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA=="
    }
  }
}"#;
const NODE: &str = "\
const ms = require('ms');

exports.handler = async (event) => ({
  actions: [{ allRecipients: true, action: { type: 'BOUNCE', parameters: { bounceMessage: `${event.subject} ${ms('2 days')}` } } }],
});
";

/// The function's architecture has to be this machine's, on which the emulator runs it.
fn settings(runtime: &str) -> String {
    let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };
    format!("runtime: {runtime}\narchitecture: {architecture}\ntimeout: 20\n")
}

/// The version of Python that the emulator runs functions with.
fn python() -> Result<String, Trouble> {
    let print = "import sys; print('python%d.%d' % sys.version_info[:2])";
    let output = std::process::Command::new("python3").args(["-c", print]).output();
    let output = output.map_err(|cause| Trouble::of("python3 does not run", cause))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The flow's folder, which the options name.
fn flow(sandbox: &Sandbox) -> Result<String, Trouble> {
    let files = [
        ("flow.yaml", FLOW.to_owned()),
        ("definition.asl.yaml", DEFINITION.to_owned()),
        ("functions/escape/function.yaml", settings(&python()?)),
        ("functions/escape/requirements.txt", REQUIREMENTS.to_owned()),
        ("functions/escape/app.py", PYTHON.to_owned()),
        ("functions/decide/function.yaml", settings("nodejs22.x")),
        ("functions/decide/package.json", PACKAGE.to_owned()),
        ("functions/decide/package-lock.json", LOCK.to_owned()),
        ("functions/decide/index.js", NODE.to_owned()),
    ];
    for (path, text) in files {
        write(sandbox, path, &text)?;
    }
    Ok(sandbox.folder.join("flow").display().to_string())
}

fn write(sandbox: &Sandbox, path: &str, text: &str) -> Result<(), Trouble> {
    let path = sandbox.folder.join("flow").join(path);
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(&path, text)).map_err(|cause| Trouble::of("a file", cause))
}

#[tokio::test]
async fn functions_are_built_deployed_called_changed_and_removed() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    let flow = flow(&sandbox)?;
    let up = sandbox.up(&["--flow", &flow]).await?.ended(0)?;
    assert!(
        up.stderr.contains("function escape: building the dependencies in requirements.txt"),
        "{}",
        up.stderr
    );
    assert!(
        up.stderr.contains("function decide: building the dependencies in package.json"),
        "{}",
        up.stderr
    );
    let bounce = |text: &str| {
        let parameters = json!({ "bounceMessage": text });
        let action = json!({ "type": "BOUNCE", "parameters": parameters });
        json!({ "actions": [{ "allRecipients": true, "action": action }] })
    };
    let answer = sandbox.decided(&message("00000000000000000000000000000001")).await?;
    let text = "&lt;Hello From Amazon WorkMail!&gt; 172800000";
    assert_eq!(answer.body, bounce(text));

    let trace = sandbox.run(&["trace", "00000000000000000000000000000001"]).await?.ended(0)?;
    // The emulator writes no log for a function that is itself the resource of a task.
    for words in ["    escape ran", "    Decide calls "] {
        assert!(trace.stdout.contains(words), "{}", trace.stdout);
    }

    let again = sandbox.up(&["--flow", &flow]).await?.ended(0)?;
    assert!(again.stderr.contains("no changes"), "{}", again.stderr);
    sandbox.run(&["drift"]).await?.ended(0)?;
    let status = sandbox.run(&["status"]).await?.ended(0)?;
    assert!(status.stdout.contains("decide: Active"), "{}", status.stdout);

    write(&sandbox, "functions/decide/index.js", &NODE.replace("2 days", "1 day"))?;
    let changed = sandbox.up(&["--flow", &flow]).await?.ended(0)?;
    let only_one = "Plan: 0 to add, 1 to change, 0 to remove.";
    assert!(changed.stderr.contains(only_one), "{}", changed.stderr);
    let answer = sandbox.decided(&message("00000000000000000000000000000002")).await?;
    assert_eq!(answer.body, bounce(&text.replace("172800000", "86400000")));

    sandbox.run(&["down", "--yes"]).await?.ended(0)?;
    let left = sandbox.account.functions().list_functions().send().await;
    let left = left.map_err(|cause| crate::emulator::account::refused("ListFunctions", cause))?;
    assert!(left.functions().is_empty(), "{:?}", left.functions());
    Ok(())
}

/// More code than fits into one upload, which no archive makes smaller.
#[tokio::test]
async fn large_code_is_uploaded_in_parts() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    let definition = "StartAt: Decide\nStates:\n  Decide: {Type: Task, Resource: '${functions.decide}', End: true}\n";
    let app = "def lambda_handler(event, context):\n    return {'actions': []}\n";
    for (path, text) in [
        ("flow.yaml", "name: large\ndescription: A large function decides.\n"),
        ("definition.asl.yaml", definition),
        ("functions/decide/function.yaml", &settings(&python()?)),
        ("functions/decide/app.py", app),
    ] {
        write(&sandbox, path, text)?;
    }
    let mut random = fastrand::Rng::with_seed(7);
    let bytes: Vec<u8> = std::iter::repeat_with(|| random.u8(..)).take(17 << 20).collect();
    let path = sandbox.folder.join("flow/functions/decide/model.bin");
    fs::write(path, bytes).map_err(|cause| Trouble::of("a file", cause))?;
    let flow = sandbox.folder.join("flow").display().to_string();
    let up = sandbox.up(&["--flow", &flow]).await?.ended(0)?;
    for words in ["uploaded 8.3 MB of", "uploaded 17.8 MB of 17.8 MB of the function decide"] {
        assert!(up.stderr.contains(words), "{}", up.stderr);
    }
    let again = sandbox.up(&["--flow", &flow]).await?.ended(0)?;
    assert!(again.stderr.contains("no changes"), "{}", again.stderr);
    assert!(!again.stderr.contains("wrong-artifact"), "{}", again.stderr);
    sandbox.run(&["drift"]).await?.ended(0)?;
    sandbox.run(&["down", "--yes"]).await?.ended(0)?;
    Ok(())
}
