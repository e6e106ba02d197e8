//! The environment of a test: its own account in the emulator, and a deployer that uses it.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::OnceCell;
use tokio::time::sleep;

use crate::emulator::account::{Account, Answer, refused};
use crate::emulator::console::{CommandOutput, Deployer};
use crate::emulator::{Emulator, Trouble};
use crate::package::{self, Handler};

/// Never dropped. It ends with this process, as `watchdog.py` explains.
static EMULATOR: OnceCell<Emulator> = OnceCell::const_new();

/// How long a flow with functions can take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The verdict of the built-in flow, as the handler returns it.
pub(crate) fn deliver() -> Value {
    json!({ "actions": [{ "action": { "type": "DEFAULT" }, "allRecipients": true }] })
}

pub(crate) struct Sandbox {
    pub(crate) account: Account,
    pub(crate) deployer: Deployer,
    pub(crate) emulator: &'static Emulator,
    /// A name per account: unlike AWS, the emulator ends running functions of the same name in
    /// other accounts when it changes one, and the function's name follows from the stack's.
    pub(crate) stack: String,
    /// A folder for files of this test.
    pub(crate) folder: PathBuf,
    organization: String,
    pub(crate) handler: &'static Handler,
}

impl Sandbox {
    /// An empty account.
    pub(crate) async fn new() -> Result<Self, Trouble> {
        Self::within(EMULATOR.get_or_try_init(|| Emulator::start("end_to_end")).await?).await
    }

    /// An empty account of another emulator.
    pub(crate) async fn within(emulator: &'static Emulator) -> Result<Self, Trouble> {
        Self::of(emulator, Account::of(emulator)).await
    }

    /// The account with this number, of another emulator.
    pub(crate) async fn in_account(emulator: &'static Emulator, id: &str) -> Result<Self, Trouble> {
        Self::of(emulator, Account::numbered(emulator, id)).await
    }

    async fn of(emulator: &'static Emulator, account: Account) -> Result<Self, Trouble> {
        let folder = emulator.scratch.join(&account.id);
        fs::create_dir_all(&folder)
            .map_err(|cause| Trouble::of("cannot make a scratch folder", cause))?;
        Ok(Self {
            deployer: Deployer::new(env!("CARGO_BIN_EXE_deployer"), &account, &folder),
            organization: account.organization(),
            stack: format!("flow-{}", account.id),
            emulator,
            account,
            handler: package::handler(emulator).await?,
            folder,
        })
    }

    /// Sets a variable of the deployer's environment.
    pub(crate) fn variable(&mut self, name: &'static str, value: impl Into<String>) {
        self.deployer.variables.insert(name, value.into());
    }

    /// `deployer up --yes` with the handler of this machine, for one organization, and these
    /// options.
    pub(crate) async fn up(&self, options: &[&str]) -> Result<CommandOutput, Trouble> {
        let organization = [self.organization.as_str()];
        self.up_for(&organization, options).await
    }

    /// The same for these organizations.
    pub(crate) async fn up_for(
        &self,
        organizations: &[&str],
        options: &[&str],
    ) -> Result<CommandOutput, Trouble> {
        let mut arguments = self.flow("up", organizations);
        arguments.push("--yes");
        arguments.extend(options);
        self.run(&arguments).await
    }

    /// Any command about the stack of this sandbox.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Result<CommandOutput, Trouble> {
        let stack = ["--stack-name", &self.stack];
        self.deployer.run(&[arguments, &stack].concat()).await
    }

    /// The beginning of a command line that describes a flow.
    pub(crate) fn flow<'a>(&'a self, command: &'a str, organizations: &[&'a str]) -> Vec<&'a str> {
        let handler = self.handler.zip.to_str().expect("a path of ours is UTF-8");
        let mut arguments = vec![command, "--handler", handler];
        for organization in organizations {
            arguments.extend(["--org-arn", organization]);
        }
        arguments
    }

    /// Writes a file that an option can name.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> Result<String, Trouble> {
        let path = self.folder.join(name);
        fs::write(&path, content).map_err(|cause| Trouble::of(name, cause))?;
        Ok(path.display().to_string())
    }

    /// The ARN of the deployed function.
    pub(crate) async fn function(&self) -> Result<String, Trouble> {
        self.output("MfsmFunctionArn").await
    }

    /// The ARN of the deployed state machine.
    pub(crate) async fn machine(&self) -> Result<String, Trouble> {
        self.output("MfsmStateMachineArn").await
    }

    /// The name of the deployed table.
    pub(crate) async fn table(&self) -> Result<String, Trouble> {
        let arn = self.output("MfsmExecutionTableArn").await?;
        let name = arn.rsplit('/').next().unwrap_or(&arn);
        Ok(name.to_owned())
    }

    async fn output(&self, key: &str) -> Result<String, Trouble> {
        self.account
            .output(&self.stack, key)
            .await
            .ok_or_else(|| Trouble::new(format!("the stack has no output {key}")))
    }

    /// Invokes the deployed function with a message, as WorkMail does.
    pub(crate) async fn send(&self, message: &Value) -> Result<Answer, Trouble> {
        let function = self.function().await?;
        self.account.invoke(&function, message).await
    }

    /// Sends a message as WorkMail does: again until the handler has a verdict, or fails in another way.
    pub(crate) async fn decided(&self, message: &Value) -> Result<Answer, Trouble> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let answer = self.send(message).await?;
            if answer.error() != Some("NotReady") || Instant::now() > deadline {
                return Ok(answer);
            }
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// The stack's status; `None` if there is no stack.
    pub(crate) async fn status(&self) -> Option<String> {
        let described = self.account.stacks().describe_stacks().stack_name(&self.stack);
        let described = described.send().await.ok()?;
        let status = described.stacks().first()?.stack_status()?;
        Some(status.as_str().to_owned())
    }

    /// The settings of the deployed function.
    pub(crate) async fn settings(
        &self,
    ) -> Result<
        aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput,
        Trouble,
    > {
        self.account
            .functions()
            .get_function_configuration()
            .function_name(self.function().await?)
            .send()
            .await
            .map_err(|cause| refused("GetFunctionConfiguration", cause))
    }
}
