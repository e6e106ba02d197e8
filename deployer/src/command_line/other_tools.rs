//! Commands and options of other tools, and their equivalents here.

/// Commands of other tools, and their equivalents here.
pub(super) const COMMANDS: [(&str, &str); 64] = [
    ("login", "`aws sso login` or `aws configure` sets up credentials, and `doctor` checks them"),
    ("auth", "`aws sso login` or `aws configure` sets up credentials, and `doctor` checks them"),
    ("configure", "`config` shows every setting, and `aws configure` sets up credentials"),
    ("settings", "`config` shows every setting and where it comes from"),
    ("env", "`config` shows the environments of the settings file, and --env chooses one"),
    ("environments", "`config` shows the environments of the settings file, and --env chooses one"),
    ("whoami", "`doctor` shows the account and checks the credentials"),
    ("tail", "`logs -f` follows the log"),
    ("history", "`logs` lists the messages, and `trace ID` shows what happened to one"),
    ("messages", "`logs` lists the messages, and `trace ID` shows what happened to one"),
    (
        "events",
        "`status` shows the last events of the stack, `watch` follows them, and `event` prints one \
         for a test",
    ),
    ("follow", "`logs -f` follows the log, and `watch` an operation of the stack"),
    ("monitor", "`status --watch` refreshes the status, and `logs -f` follows the log"),
    ("metrics", "`status` shows the verdicts and failures of the last hour and day"),
    ("stats", "`status` shows the verdicts and failures of the last hour and day"),
    ("stat", "`status` shows the stack and its flow"),
    ("show", "`status` shows the stack and its flow"),
    ("info", "`status` shows the stack and its flow"),
    ("describe", "`status` shows the stack and its flow"),
    ("ps", "`list` lists the message flows of the account and region"),
    ("stacks", "`list` lists the message flows of the account and region"),
    ("console", "`open` opens the stack in the AWS console"),
    ("browse", "`open` opens the stack in the AWS console"),
    ("dashboard", "`open` opens the stack in the AWS console"),
    ("abort", "`stop` stops the execution of a message, and `cancel` an update of the stack"),
    ("kill", "`stop` stops the execution of a message, and `cancel` an update of the stack"),
    ("retry", "`redrive` continues a failed execution, and `recover` a failed rollback"),
    ("resume", "`redrive` continues a failed execution, and `recover` a failed rollback"),
    ("replay", "`redrive` continues a failed execution from the state that failed"),
    ("lint", "`check` checks the flow and the template"),
    ("verify", "`check` checks the flow and the template"),
    ("fmt", "`check` checks the flow and the template; no command formats the files"),
    ("build", "no build is needed: `check` checks the flow, and `render` prints the template"),
    ("package", "`export` writes the template and the handler's zip for a pipeline"),
    ("synth", "`render` prints the template"),
    ("template", "`render` prints the template"),
    ("preview", "`plan` shows what `up` would do, and writes nothing"),
    ("dry-run", "`plan` shows what `up` would do, and writes nothing"),
    ("changeset", "`plan` shows what `up` would do, and `up --no-execute` creates a change set"),
    ("refresh", "`drift` shows what was changed outside the stack"),
    ("import", "`up --adopt` takes over a stack, and `pull` writes its definition to a file"),
    ("adopt", "`up --adopt` takes over a stack"),
    (
        "bootstrap",
        "no preparation is needed: `up` creates what it needs, and `doctor` reports what is \
         missing",
    ),
    ("install", "`up` creates the stack"),
    ("upgrade", "`up` updates the stack"),
    ("update", "`up` updates the stack"),
    ("sync", "`up` deploys the files, and `local --watch` runs them whenever one is saved"),
    ("uninstall", "`down` removes the stack"),
    ("undeploy", "`down` removes the stack"),
    ("teardown", "`down` removes the stack"),
    ("watch-local", "`local --watch` runs the flow whenever a file is saved"),
    ("dev", "`local --watch` runs the flow whenever a file is saved"),
    ("start", "`local` runs a message through the flow on this machine"),
    ("run", "`local` runs a message on this machine, and `invoke` in AWS"),
    ("simulate", "`local` runs a message through the flow on this machine"),
    ("send", "`local` runs a message on this machine, and `invoke` in AWS"),
    ("policy", "`permissions` prints the IAM policy for a command"),
    ("policies", "`permissions` prints the IAM policy for a command"),
    ("new", "`init DIR` creates a folder with a flow to start from"),
    ("generate", "`init DIR` creates a folder with a flow to start from"),
    ("create", "`up` creates the stack, and `init DIR` a folder with a flow"),
    ("rollback", "`cancel` rolls back an update, and `recover` a failed rollback"),
    ("approve", "`decide INVOCATION_ID approve` decides"),
    ("reject", "`decide INVOCATION_ID reject` decides"),
];

/// An option of another tool.
#[derive(Debug)]
pub(super) struct Habit {
    pub(super) option: &'static str,
    /// The commands that the tip is for; all commands if empty.
    commands: &'static [&'static str],
    /// The equivalent here. If it begins with an option, the command must have that option.
    pub(super) tip: &'static str,
}

impl Habit {
    /// Whether the tip is for a command.
    pub(super) fn is_of(&self, command: &str) -> bool {
        self.commands.is_empty() || self.commands.contains(&command)
    }
}

const fn any(option: &'static str, tip: &'static str) -> Habit {
    Habit { option, commands: &[], tip }
}

const fn of(commands: &'static [&'static str], option: &'static str, tip: &'static str) -> Habit {
    Habit { option, commands, tip }
}

const UP: &[&str] = &["up"];
const DEPLOY: &[&str] = &["up", "plan"];
const YES: &str = "--yes skips the confirmation";
const PLAN: &str = "`plan` shows what `up` would do, and writes nothing";
const PARAMETER: &str = "--parameter KEY=VALUE sets a parameter of the flow; repeat it for several";
const WAIT: &str = "`up` waits until the operation ends; after Ctrl-C, it continues in AWS, \
                    and `watch` follows it again";

/// Options of other tools, and their equivalents here.
pub(super) const OPTIONS: [Habit; 47] = [
    of(UP, "--dry-run", PLAN),
    of(UP, "--diff", PLAN),
    of(UP, "--preview", PLAN),
    of(&["down"], "--dry-run", "`down` shows what it would remove, and asks first"),
    any("--auto-approve", YES),
    any("--assume-yes", YES),
    any("--no-confirm-changeset", YES),
    any("--no-confirm", YES),
    any("--no-prompt", YES),
    any("--no-prompts", YES),
    any("--no-input", YES),
    any("--no-interactive", YES),
    any("--non-interactive", YES),
    any("--require-approval", YES),
    any("--force", YES),
    of(
        UP,
        "--no-rollback",
        "--on-stack-failure do-nothing keeps the resources of a failed first creation; updates are \
         always rolled back",
    ),
    of(
        UP,
        "--disable-rollback",
        "--on-stack-failure do-nothing keeps the resources of a failed first creation; updates are \
         always rolled back",
    ),
    of(
        UP,
        "--guided",
        "`init DIR` creates a flow and a deployer.yaml to start from, and `up` asks before it \
         changes anything",
    ),
    of(UP, "--timeout", WAIT),
    of(UP, "--detach", WAIT),
    of(UP, "--no-wait", WAIT),
    of(
        &["local", "invoke"],
        "--timeout",
        "--rule-timeout sets for how many minutes WorkMail retries",
    ),
    of(
        DEPLOY,
        "--capabilities",
        "no capabilities are required: `up` acknowledges those that the stack needs",
    ),
    of(
        DEPLOY,
        "--template-file",
        "--flow or --state-machine names what is deployed; the template is rendered from it",
    ),
    of(
        DEPLOY,
        "--template",
        "--flow or --state-machine names what is deployed; the template is rendered from it",
    ),
    any("--s3-bucket", "--artifact-bucket names the bucket for the artifacts"),
    any("--bucket", "--artifact-bucket names the bucket for the artifacts"),
    any("--role", "--role-arn names the role that CloudFormation assumes"),
    any("--parameter-overrides", PARAMETER),
    any("--parameters", PARAMETER),
    any("--params", PARAMETER),
    any("--param", PARAMETER),
    any("--var", PARAMETER),
    any("--set", PARAMETER),
    any("--debug", "--verbose prints each call to AWS"),
    any("--json", "--output json prints JSON"),
    any("--format", "--output json prints JSON"),
    any("--silent", "--quiet hides progress and remarks"),
    any("--name", "--stack-name names the stack"),
    any("--stack", "--stack-name names the stack"),
    any("--environment", "--env chooses an environment of the settings file"),
    any("--stage", "--env chooses an environment of the settings file"),
    any("--config-file", "--config names the settings file"),
    any("--aws-profile", "--profile names the profile of the AWS configuration files"),
    any("--organization", "--org-arn names the WorkMail organization"),
    any("--org", "--org-arn names the WorkMail organization"),
    any("--no-color", "--color never switches colors off"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command_line::command;

    #[test]
    fn tips_name_commands_that_exist_and_nothing_that_is_typed_right() {
        let program = command();
        let names: Vec<&str> = program.get_subcommands().map(clap::Command::get_name).collect();
        for (habit, tip) in COMMANDS {
            assert!(program.find_subcommand(habit).is_none(), "{habit}");
            let quoted = tip.split('`').skip(1).step_by(2);
            let commands = quoted.filter_map(|code| code.split(' ').next());
            for name in commands.filter(|name| *name != "aws") {
                assert!(names.contains(&name), "{habit}: {name}");
            }
        }
        for Habit { option, commands, tip } in &OPTIONS {
            assert!(option.starts_with("--") && !tip.is_empty());
            assert!(commands.iter().all(|name| names.contains(name)), "{option}");
        }
    }
}
