//! What other tools call a command or an option, and what does it here.

/// Words in place of a command, and what does it here.
pub(super) const COMMANDS: [(&str, &str); 64] = [
    ("login", "`aws sso login` or `aws configure` sets up credentials, and `doctor` checks them"),
    ("auth", "`aws sso login` or `aws configure` sets up credentials, and `doctor` checks them"),
    ("configure", "`config` shows every setting, and `aws configure` sets up credentials"),
    ("settings", "`config` shows every setting and where it comes from"),
    ("env", "`config` shows the environments of the file of settings, and --env chooses one"),
    (
        "environments",
        "`config` shows the environments of the file of settings, and --env chooses one",
    ),
    ("whoami", "`doctor` shows the account and checks the credentials"),
    ("tail", "`logs -f` follows the log"),
    ("history", "`logs` lists the messages, and `trace ID` shows the way of one"),
    ("messages", "`logs` lists the messages, and `trace ID` shows the way of one"),
    (
        "events",
        "`status` shows the last events of the stack, `watch` follows them, and `event` makes one for a test",
    ),
    ("follow", "`logs -f` follows the log, and `watch` an operation of the stack"),
    ("monitor", "`status --watch` looks again and again, and `logs -f` follows the log"),
    ("metrics", "`status` shows the verdicts and failures of the last hour and day"),
    ("stats", "`status` shows the verdicts and failures of the last hour and day"),
    ("stat", "`status` shows the stack and its flow"),
    ("show", "`status` shows the stack and its flow"),
    ("info", "`status` shows the stack and its flow"),
    ("describe", "`status` shows the stack and its flow"),
    ("ps", "`list` lists the message flows of the account and region"),
    ("stacks", "`list` lists the message flows of the account and region"),
    ("console", "`open` opens the stack in AWS's console"),
    ("browse", "`open` opens the stack in AWS's console"),
    ("dashboard", "`open` opens the stack in AWS's console"),
    ("abort", "`stop` stops the execution of a message, and `cancel` an update of the stack"),
    ("kill", "`stop` stops the execution of a message, and `cancel` an update of the stack"),
    ("retry", "`redrive` lets a failed execution continue, and `recover` a failed rollback"),
    ("resume", "`redrive` lets a failed execution continue, and `recover` a failed rollback"),
    ("replay", "`redrive` lets a failed execution continue from the state that failed"),
    ("lint", "`check` checks the flow and the template"),
    ("verify", "`check` checks the flow and the template"),
    ("fmt", "`check` checks the flow and the template; nothing formats the files"),
    ("build", "nothing has to be built: `check` checks the flow, `render` prints the template"),
    ("package", "`export` writes the template and the handler's zip for a pipeline"),
    ("synth", "`render` prints the template"),
    ("template", "`render` prints the template"),
    ("preview", "`plan` shows what `up` would do, and writes nothing"),
    ("dry-run", "`plan` shows what `up` would do, and writes nothing"),
    ("changeset", "`plan` shows what `up` would do, and `up --no-execute` makes a change set"),
    ("refresh", "`drift` finds what was changed outside of the stack"),
    ("import", "`up --adopt` takes over a stack, and `pull` brings a definition home"),
    ("adopt", "`up --adopt` takes over a stack"),
    (
        "bootstrap",
        "nothing has to be prepared: `up` makes what it needs, and `doctor` finds what is missing",
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
    ("new", "`init DIR` makes a folder with a flow to start from"),
    ("generate", "`init DIR` makes a folder with a flow to start from"),
    ("create", "`up` creates the stack, and `init DIR` a folder with a flow"),
    ("rollback", "`cancel` rolls back an update, and `recover` a failed rollback"),
    ("approve", "`decide INVOCATION_ID approve` decides"),
    ("reject", "`decide INVOCATION_ID reject` decides"),
];

/// An option of another tool.
#[derive(Debug)]
pub(super) struct Habit {
    pub(super) option: &'static str,
    /// The commands for which the tip holds; all, if there are none.
    commands: &'static [&'static str],
    /// What does it here. If it begins with an option, the command must have that.
    pub(super) tip: &'static str,
}

impl Habit {
    /// Whether the tip holds for a command.
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
const YES: &str = "--yes goes ahead without asking";
const PLAN: &str = "`plan` shows what `up` would do, and writes nothing";
const PARAMETER: &str = "--parameter KEY=VALUE sets a parameter of the flow; repeat it for several";
const WAIT: &str = "`up` waits until the stack has settled; Ctrl-C leaves the operation to AWS, and `watch` follows it again";

/// Options of other tools, and what does it here.
pub(super) const OPTIONS: [Habit; 47] = [
    of(UP, "--dry-run", PLAN),
    of(UP, "--diff", PLAN),
    of(UP, "--preview", PLAN),
    of(&["down"], "--dry-run", "`down` shows what it would remove, and asks before it does"),
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
        "--on-stack-failure do-nothing keeps what a failed first creation has made; updates are always rolled back",
    ),
    of(
        UP,
        "--disable-rollback",
        "--on-stack-failure do-nothing keeps what a failed first creation has made; updates are always rolled back",
    ),
    of(
        UP,
        "--guided",
        "`init DIR` makes a flow and a deployer.yaml to start from, and `up` asks before it changes something",
    ),
    of(UP, "--timeout", WAIT),
    of(UP, "--detach", WAIT),
    of(UP, "--no-wait", WAIT),
    of(
        &["local", "invoke"],
        "--timeout",
        "--rule-timeout says for how many minutes the rule asks again",
    ),
    of(
        DEPLOY,
        "--capabilities",
        "no capabilities have to be named: `up` acknowledges those that the stack needs",
    ),
    of(
        DEPLOY,
        "--template-file",
        "--flow or --state-machine names what is deployed; the template is made of it",
    ),
    of(
        DEPLOY,
        "--template",
        "--flow or --state-machine names what is deployed; the template is made of it",
    ),
    any("--s3-bucket", "--artifact-bucket names the bucket of the artifacts"),
    any("--bucket", "--artifact-bucket names the bucket of the artifacts"),
    any("--role", "--role-arn names the role that CloudFormation acts with"),
    any("--parameter-overrides", PARAMETER),
    any("--parameters", PARAMETER),
    any("--params", PARAMETER),
    any("--param", PARAMETER),
    any("--var", PARAMETER),
    any("--set", PARAMETER),
    any("--debug", "--verbose prints each call to AWS"),
    any("--json", "--output json prints JSON"),
    any("--format", "--output json prints JSON"),
    any("--silent", "--quiet prints neither progress nor remarks"),
    any("--name", "--stack-name names the stack"),
    any("--stack", "--stack-name names the stack"),
    any("--environment", "--env chooses an environment of the file of settings"),
    any("--stage", "--env chooses an environment of the file of settings"),
    any("--config-file", "--config names the file of settings"),
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
