//! The environment of the measurements: the emulator, what both programs see of this machine, and
//! the proxy that counts their calls.

use std::fs;
use std::path::{Path, PathBuf};

use crate::emulator::account::Account;
use crate::emulator::console::Deployer;
use crate::emulator::install::{self, Requirements};
use crate::emulator::server::free_address;
use crate::emulator::{Emulator, Trouble, cargo, folder};
use crate::figures::{Figures, Run};
use crate::microburst::Microburst;

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

const MEASURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/measure.py");

const AWS_CLI: Requirements = Requirements {
    file: concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/requirements.txt"),
    text: include_str!("requirements.txt"),
    modules: "awscli",
};

pub(crate) struct TestBed {
    pub(crate) emulator: Emulator,
    pub(crate) deployer: String,
    pub(crate) aws: String,
    counter: Microburst,
}

impl TestBed {
    /// Builds the release program unless `ready` names one, and installs and starts the rest.
    pub(crate) async fn set(ready: Option<PathBuf>) -> Result<Self, Trouble> {
        let build = ["build", "--release", "--package", "deployer", "--bin", "deployer"];
        let deployer = match ready {
            Some(program) => Path::new(WORKSPACE).join(program),
            None => cargo::executable(&build, "deployer").await?,
        };
        let deployer = fs::canonicalize(&deployer)
            .map_err(|cause| Trouble::of(deployer.display().to_string(), cause))?;
        let emulator = Emulator::start("peers").await?;
        let python = install::python(&folder()?, &AWS_CLI)?;
        let counter = Microburst::start(free_address()?, &emulator, "peers-counter").await?;
        Ok(Self {
            aws: python.with_file_name("aws").display().to_string(),
            deployer: deployer.display().to_string(),
            emulator,
            counter,
        })
    }

    /// An empty account.
    pub(crate) fn account(&self) -> Result<Account, Trouble> {
        let account = Account::of(&self.emulator);
        let home = self.home(&account);
        fs::create_dir_all(&home).map_err(|cause| Trouble::of("cannot make a home", cause))?;
        Ok(account)
    }

    /// The home folder of an account's user.
    pub(crate) fn home(&self, account: &Account) -> PathBuf {
        self.emulator.scratch.join(&account.id)
    }

    /// The same account, behind the proxy that counts calls.
    pub(crate) fn counted(&self, account: Account) -> Account {
        Account { endpoint: self.counter.endpoint(), ..account }
    }

    /// Runs a command `times` times. It sees nothing of this machine except an account.
    pub(crate) async fn measure(
        &self,
        account: &Account,
        times: usize,
        command: &[&str],
    ) -> Result<Figures, Trouble> {
        let mut measurer = Deployer::new(&self.emulator.python, account, &self.home(account));
        measurer.variables.insert("DEPLOYER_ORG_ARN", account.organization());
        let times = times.to_string();
        let session =
            measurer.run(&[&["-I", MEASURE, &times], command].concat()).await?.ended(0)?;
        let runs = session.stdout.lines().map(serde_json::from_str);
        let runs: Result<Vec<Run>, _> = runs.collect();
        runs.map(Figures).map_err(|cause| Trouble::of(session.stdout, cause))
    }

    /// Runs a command once.
    pub(crate) async fn run(&self, account: &Account, command: &[&str]) -> Result<Run, Trouble> {
        let figures = self.measure(account, 1, command).await?;
        figures.0.first().copied().ok_or_else(|| Trouble::new("a run that was not measured"))
    }

    /// The number of calls that went through the proxy so far.
    pub(crate) async fn calls(&self) -> Result<u64, Trouble> {
        let counters = self.counter.request("GET", "metrics", "").await?;
        counters
            .lines()
            .find_map(|line| line.strip_prefix("microburst_requests_total ")?.parse().ok())
            .ok_or_else(|| Trouble::of("the proxy does not say how many calls it saw", counters))
    }
}
