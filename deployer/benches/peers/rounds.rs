//! The same stack made, left alone and removed by both programs, each in an empty account of its own.

use std::fs;

use serde_json::{Value, json};

use crate::emulator::Trouble;
use crate::emulator::account::{Account, REGION, refused};
use crate::figures::{Figures, Run};
use crate::stage::Stage;

/// The steps of a round.
pub(crate) const STEPS: [&str; 3] = ["create", "unchanged", "remove"];

/// What each of [`STEPS`] took one program, in every round, and the calls it needed.
#[derive(Default)]
pub(crate) struct Steps {
    pub(crate) figures: [Figures; STEPS.len()],
    pub(crate) calls: [u64; STEPS.len()],
}

/// Both programs.
#[derive(Default)]
pub(crate) struct Rounds {
    pub(crate) ours: Steps,
    pub(crate) theirs: Steps,
}

/// Which program.
#[derive(Clone, Copy, PartialEq)]
enum Tool {
    Deployer,
    AwsCli,
}

/// One round whose calls are counted and whose time is not, which is the warm-up too; then these many
/// rounds the other way round, the programs in turn.
pub(crate) async fn play(stage: &Stage, times: usize) -> Result<Rounds, Trouble> {
    let mut rounds = Rounds::default();
    for (tool, steps) in [(Tool::Deployer, &mut rounds.ours), (Tool::AwsCli, &mut rounds.theirs)] {
        let account = stage.counted(stage.account()?);
        for (step, calls) in steps.calls.iter_mut().enumerate() {
            let before = stage.calls()?;
            take(stage, &account, tool, step).await?;
            *calls = stage.calls()? - before;
        }
    }
    for _ in 0..times {
        for (tool, steps) in
            [(Tool::Deployer, &mut rounds.ours), (Tool::AwsCli, &mut rounds.theirs)]
        {
            let account = stage.account()?;
            for (step, figures) in steps.figures.iter_mut().enumerate() {
                figures.0.push(take(stage, &account, tool, step).await?);
            }
            if tool == Tool::Deployer {
                nothing_is_left(&account).await?;
            }
        }
    }
    Ok(rounds)
}

async fn take(stage: &Stage, account: &Account, tool: Tool, step: usize) -> Result<Run, Trouble> {
    match (tool, STEPS[step]) {
        (Tool::Deployer, "remove") => {
            let down = ["down", "--yes", "--stack-name", &stack(account)];
            stage.run(account, &[&[stage.deployer.as_str()], &down[..]].concat()).await
        }
        (Tool::Deployer, _) => {
            let up = ["up", "--yes", "--stack-name", &stack(account)];
            stage.run(account, &[&[stage.deployer.as_str()], &up[..]].concat()).await
        }
        (Tool::AwsCli, "create") => {
            prepare(stage, account).await?;
            Ok(package(stage, account).await? + deploy(stage, account).await?)
        }
        (Tool::AwsCli, "unchanged") => deploy(stage, account).await,
        (Tool::AwsCli, _) => {
            let stack = stack(account);
            let delete = ["cloudformation", "delete-stack", "--stack-name", &stack];
            let wait = ["cloudformation", "wait", "stack-delete-complete", "--stack-name", &stack];
            Ok(aws(stage, account, &delete).await? + aws(stage, account, &wait).await?)
        }
    }
}

/// The function's name holds the stack's, and the emulator ends functions of the same name in other
/// accounts.
fn stack(account: &Account) -> String {
    format!("flow-{}", account.id)
}

fn bucket(account: &Account) -> String {
    format!("packages-{}", account.id)
}

/// What the AWS CLI starts from: the exported template, whose handler lies beside it, and a bucket, which
/// `up` makes by itself. Not measured.
async fn prepare(stage: &Stage, account: &Account) -> Result<(), Trouble> {
    let export = stage.home(account).join("export");
    let command = ["export", &export.display().to_string(), "--stack-name", &stack(account)];
    stage.run(account, &[&[stage.deployer.as_str()], &command[..]].concat()).await?;
    let path = export.join("template.json");
    let template = fs::read_to_string(&path).map_err(|cause| Trouble::of("no export", cause))?;
    let mut template: Value =
        serde_json::from_str(&template).map_err(|cause| Trouble::of("no template", cause))?;
    template["Resources"]["MfsmFunction"]["Properties"]["Code"] = json!("handler.zip");
    // Where the handler is, which `package` fills in.
    template.as_object_mut().ok_or_else(|| Trouble::new("no template"))?.remove("Parameters");
    fs::write(&path, template.to_string()).map_err(|cause| Trouble::of("cannot write", cause))?;
    let made = account.storage().create_bucket().bucket(bucket(account)).send().await;
    made.map(drop).map_err(|cause| refused("CreateBucket", cause))
}

async fn package(stage: &Stage, account: &Account) -> Result<Run, Trouble> {
    let (template, packaged) = (file(stage, account, "template.json"), packaged(stage, account));
    let bucket = bucket(account);
    let package = ["cloudformation", "package", "--template-file", &template, "--use-json"];
    let options = ["--s3-bucket", &bucket, "--output-template-file", &packaged];
    aws(stage, account, &[&package[..], &options].concat()).await
}

async fn deploy(stage: &Stage, account: &Account) -> Result<Run, Trouble> {
    let (packaged, stack) = (packaged(stage, account), stack(account));
    let deploy = ["cloudformation", "deploy", "--template-file", &packaged, "--stack-name", &stack];
    let options = ["--capabilities", "CAPABILITY_IAM", "--no-fail-on-empty-changeset"];
    aws(stage, account, &[&deploy[..], &options].concat()).await
}

fn packaged(stage: &Stage, account: &Account) -> String {
    file(stage, account, "packaged.json")
}

fn file(stage: &Stage, account: &Account, name: &str) -> String {
    stage.home(account).join("export").join(name).display().to_string()
}

async fn aws(stage: &Stage, account: &Account, command: &[&str]) -> Result<Run, Trouble> {
    let region = ["--region", REGION];
    stage.run(account, &[&[stage.aws.as_str()], command, &region].concat()).await
}

/// A program that is quick because it leaves its work undone must not win.
async fn nothing_is_left(account: &Account) -> Result<(), Trouble> {
    match account.remains().await?.as_slice() {
        [] => Ok(()),
        left => Err(Trouble::of("`deployer down` left", left.join(", "))),
    }
}
