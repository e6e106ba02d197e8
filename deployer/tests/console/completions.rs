//! `deployer completions`: scripts that a shell can use.

use crate::session::ConsoleSession;

const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

#[tokio::test(start_paused = true)]
async fn the_script_of_each_shell_knows_every_command() {
    let session = ConsoleSession::new("completions");
    for shell in SHELLS {
        let printed = session.run(&format!("completions {shell}")).await;
        assert_eq!((printed.code, printed.err.as_str()), (0, ""), "{shell}");
        for command in deployer::command_line::command()
            .get_subcommands()
            .filter(|command| !command.is_hide_set())
        {
            assert!(printed.out.contains(command.get_name()), "{shell}: {}", command.get_name());
        }
        assert!(printed.out.contains("detailed-exitcode"), "{shell}");
    }
    assert!(session.cloud.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn completions_prints_json() {
    let session = ConsoleSession::new("completions-json");
    let script = session.run("completions fish").await.out;
    let printed = session.run("completions fish --output json").await;
    let object = printed.json();
    assert_eq!((&object["type"], &object["shell"]), (&"completions".into(), &"fish".into()));
    assert_eq!(object["script"].as_str().unwrap().trim_end(), script.trim_end());
}

#[tokio::test(start_paused = true)]
async fn an_unknown_shell_is_refused() {
    let session = ConsoleSession::new("completions-unknown");
    let printed = session.run("completions tcsh").await;
    assert_eq!((printed.code, printed.out.as_str()), (2, ""));
    assert!(printed.err.contains("[possible values: bash, elvish, fish, powershell, zsh]"));
}

/// Runs bash itself, which every machine has that runs `.ci/run`.
#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn bash_completes_commands_options_and_values() {
    let session = ConsoleSession::new("completions-bash");
    let script = session.file("deployer.bash", session.run("completions bash").await.out);
    for (words, expected) in [
        ("deployer sta", "status"),
        ("deployer up --on-f", "--on-failure"),
        ("deployer plan --output j", "json"),
        ("deployer completions fi", "fish"),
    ] {
        let ask = format!(
            "source {script}; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _deployer deployer \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"; \
             echo \"${{COMPREPLY[@]}}\""
        );
        let bash = std::process::Command::new("bash").args(["--norc", "-c", &ask]).output();
        let answer = bash.expect("this test needs bash: install it");
        assert_eq!(String::from_utf8(answer.stdout).unwrap().trim(), expected, "{words}");
    }
}

#[tokio::test(start_paused = true)]
async fn values_are_completed_and_hidden_names_are_not() {
    let session = ConsoleSession::new("completions-values");
    let script = session.run("completions bash").await.out;
    for values in
        ["retry default bounce drop junk", "on off", "info debug", "rollback delete do-nothing"]
    {
        assert!(script.contains(&format!("compgen -W \"{values}")), "{values}");
    }
    let fish = session.run("completions fish").await.out;
    assert!(!fish.contains("destroy") && !fish.contains("validate"), "{fish}");
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn bash_completes_a_value() {
    let session = ConsoleSession::new("completions-bash");
    let script = session.file("script", session.run("completions bash").await.out);
    let line = "COMP_WORDS=(deployer up --on-failure b); COMP_CWORD=3; \
                _deployer deployer b --on-failure; echo ${COMPREPLY[@]}";
    let run =
        std::process::Command::new("bash").args(["-c", &format!(". {script}; {line}")]).output();
    // Not every machine has bash.
    let Ok(run) = run else { return };
    let said = String::from_utf8_lossy(&run.stderr);
    assert_eq!(String::from_utf8_lossy(&run.stdout).trim(), "bounce", "{said}");
}
