//! Measures how long each command takes to start, and how much memory it takes.

use crate::emulator::Trouble;
use crate::emulator::account::Account;
use crate::emulator::console::Deployer;
use crate::figures::Figures;
use crate::testbed::TestBed;

/// The measurements of one command line.
pub(crate) struct Row {
    pub(crate) command: String,
    pub(crate) figures: Figures,
}

/// `--version`, `--help` and the help of every command, started `times` times each.
pub(crate) async fn starts(testbed: &TestBed, times: usize) -> Result<Vec<Row>, Trouble> {
    let account = testbed.account()?;
    let mut rows = Vec::new();
    for option in ["--version", "--help"] {
        rows.push(row(testbed, &account, times, &[option]).await?);
    }
    for command in names(testbed, &account).await? {
        rows.push(row(testbed, &account, times, &[&command, "--help"]).await?);
    }
    Ok(rows)
}

/// The commands, as the program itself lists them.
async fn names(testbed: &TestBed, account: &Account) -> Result<Vec<String>, Trouble> {
    let deployer = Deployer::new(&testbed.deployer, account, &testbed.home(account));
    let help = deployer.run(&["--help"]).await?.ended(0)?;
    let list = help.stdout.lines().skip_while(|line| *line != "Deploy:");
    let list = list.take_while(|line| !line.starts_with("Options") && *line != "AWS:");
    let names = list.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    Ok(names.filter(|name| !name.is_empty() && *name != "help").map(str::to_owned).collect())
}

/// Command lines, with the file in the account's folder that some end with; in an order in which
/// each succeeds.
const COMMANDS: [(&str, Option<&str>); 24] = [
    ("check", None),
    ("render", None),
    ("export", Some("export")),
    ("config", None),
    ("event", None),
    ("completions bash", None),
    ("man", Some("man")),
    ("exit-codes", None),
    ("permissions", None),
    ("schema", None),
    ("plan", None),
    ("up --yes", None),
    ("up --yes", None),
    ("plan --memory 256", None),
    ("up --yes --memory 256", None),
    ("status", None),
    ("doctor", None),
    ("drift", None),
    ("outputs", None),
    ("invoke --yes", None),
    ("logs", None),
    ("watch", None),
    ("pull", Some("definition.json")),
    ("down --yes", None),
];

/// Runs each of [`COMMANDS`] once.
pub(crate) async fn once(testbed: &TestBed) -> Result<Vec<Row>, Trouble> {
    let account = testbed.account()?;
    let mut rows = Vec::new();
    for (typed, file) in COMMANDS {
        let file = file.map(|name| testbed.home(&account).join(name).display().to_string());
        let command: Vec<&str> = typed.split(' ').chain(file.as_deref()).collect();
        rows.push(Row { command: typed.to_owned(), ..row(testbed, &account, 1, &command).await? });
    }
    Ok(rows)
}

async fn row(
    testbed: &TestBed,
    account: &Account,
    times: usize,
    command: &[&str],
) -> Result<Row, Trouble> {
    let program = [testbed.deployer.as_str()];
    let figures = testbed.measure(account, times, &[&program, command].concat()).await?;
    Ok(Row { command: command.join(" "), figures })
}
