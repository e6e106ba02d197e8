//! The hosts that the deployer connects to: endpoints of AWS, or the given one, and no others.
//!
//! All its requests use the one client that honors a proxy, so a proxy sees every name. The
//! invariants check that nothing else in the program can make a connection.

use std::collections::BTreeSet;

use crate::emulator::Trouble;
use crate::emulator::console::CommandOutput;
use crate::gateway::Gateway;
use crate::sandbox::Sandbox;

/// The suffixes of AWS's endpoint names. Source: AWS General Reference, "AWS service endpoints".
const OF_AWS: [&str; 3] = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws"];

/// Every command, in an order in which each has something to do. Commands that the help lists and
/// this list does not are run with only the stack's name, once there is a stack.
const LINES: [(&str, i32); 21] = [
    ("plan", 0),
    ("up --yes", 0),
    ("up", 0),
    ("up --yes --memory 256", 0),
    ("status", 0),
    ("watch", 0),
    ("pull $DIR/pulled.json --force", 0),
    ("cancel --yes", 1),
    ("recover --yes", 1),
    ("check", 0),
    ("render", 0),
    ("config", 0),
    ("event", 0),
    ("local", 0),
    ("test --flow default", 0),
    ("export $DIR/exported", 0),
    ("completions bash", 0),
    ("man $DIR/manual", 0),
    ("help exit-codes", 0),
    ("--version", 0),
    ("down --yes", 0),
];

/// The commands that describe a flow, and those that take no stack name.
const FLOWS: [&str; 6] = ["plan", "up", "check", "render", "config", "export"];
const ALONE: [&str; 7] = ["event", "local", "test", "completions", "man", "help", "--version"];

/// A stack is created, inspected in every way and removed, under the real names, over TLS.
#[tokio::test]
async fn every_command_connects_to_endpoints_of_aws_only() -> Result<(), Trouble> {
    let (sandbox, gateway) = behind_gateway(Sandbox::new().await?).await?;
    let mut all = BTreeSet::new();
    for (line, code) in LINES {
        run(&sandbox, line).await?.ended(code)?;
        all.extend(of_aws(line, &gateway)?);
        if line == "up --yes" {
            for command in unlisted(&sandbox).await? {
                sandbox.run(&[&command]).await?;
                all.extend(of_aws(&command, &gateway)?);
            }
        }
    }
    for service in ["cloudformation", "lambda", "s3", "states", "sts"] {
        let host = format!("{service}.us-east-1.amazonaws.com");
        assert!(all.iter().any(|name| name.ends_with(&host)), "{service} was not asked: {all:?}");
    }
    assert_eq!(sandbox.account.remains().await?, Vec::<String>::new());
    Ok(())
}

/// With a custom endpoint, no other host is contacted.
#[tokio::test]
async fn a_custom_endpoint_is_the_only_one() -> Result<(), Trouble> {
    let (sandbox, gateway) = behind_gateway(Sandbox::new().await?).await?;
    for line in ["up --yes", "status", "down --yes"] {
        run(&sandbox, &format!("{line} --endpoint-url https://aws.example")).await?.ended(0)?;
    }
    assert_eq!(gateway.names(), BTreeSet::from(["aws.example".to_owned()]));
    Ok(())
}

/// A deployer without an endpoint, with a proxy for everything, that trusts its authority.
async fn behind_gateway(mut sandbox: Sandbox) -> Result<(Sandbox, Gateway), Trouble> {
    let gateway = Gateway::before(&sandbox.account.endpoint, &sandbox.folder).await?;
    sandbox.deployer.variables.remove("AWS_ENDPOINT_URL");
    for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"] {
        sandbox.variable(name, &gateway.proxy);
    }
    sandbox.variable("SSL_CERT_FILE", gateway.authority.display().to_string());
    Ok((sandbox, gateway))
}

async fn run(sandbox: &Sandbox, line: &str) -> Result<CommandOutput, Trouble> {
    let folder = sandbox.folder.display().to_string();
    let line = line.replace("$DIR", &folder);
    let organization = sandbox.account.organization();
    let mut words = line.split_whitespace();
    let command = words.next().unwrap_or_default();
    let mut arguments = match FLOWS.contains(&command) {
        true => sandbox.flow(command, &[&organization]),
        false => vec![command],
    };
    arguments.extend(words);
    match ALONE.contains(&command) {
        true => sandbox.deployer.run(&arguments).await,
        false => sandbox.run(&arguments).await,
    }
}

/// The names that were requested since the last call, all of which are AWS's.
fn of_aws(line: &str, gateway: &Gateway) -> Result<BTreeSet<String>, Trouble> {
    let names = gateway.names();
    match names.iter().find(|name| !OF_AWS.iter().any(|end| name.ends_with(end))) {
        Some(name) => Err(Trouble::of(format!("{line} asked for"), name)),
        None => Ok(names),
    }
}

/// The commands in the help that are not in the list.
async fn unlisted(sandbox: &Sandbox) -> Result<Vec<String>, Trouble> {
    let help = sandbox.deployer.run(&["--help"]).await?.ended(0)?.stdout;
    let commands = help.lines().skip_while(|line| *line != "Deploy:");
    let commands = commands.take_while(|line| !line.starts_with("Options") && *line != "AWS:");
    let commands = commands.filter(|line| line.starts_with("  "));
    let names: Vec<String> =
        commands.filter_map(|line| line.split_whitespace().next().map(str::to_owned)).collect();
    assert!(names.len() > 10, "the help is not what this test reads: {help}");
    let listed = |name: &String| {
        LINES.iter().any(|(line, _)| line.split_whitespace().next() == Some(name.as_str()))
    };
    Ok(names.into_iter().filter(|name| !listed(name)).collect())
}
