//! Creates, leaves unchanged and removes the same stack with both programs, each in its own empty
//! account.

use std::fs;

use serde_json::{Value, json};
use tokio::time::{Duration, sleep};

use crate::emulator::Trouble;
use crate::emulator::account::{Account, REGION, refused};
use crate::figures::{Figures, Run};
use crate::testbed::TestBed;

#[derive(Clone, Copy)]
pub(crate) enum Step {
    Create,
    Unchanged,
    Remove,
}

/// The steps of a round, in order.
pub(crate) const STEPS: [Step; 3] = [Step::Create, Step::Unchanged, Step::Remove];

/// The measurements of each of [`STEPS`] for one program in every round, and the calls it made.
#[derive(Default)]
pub(crate) struct Steps {
    pub(crate) figures: [Figures; STEPS.len()],
    pub(crate) calls: [u64; STEPS.len()],
}

/// The measurements of both programs.
#[derive(Default)]
pub(crate) struct Rounds {
    pub(crate) ours: Steps,
    pub(crate) theirs: Steps,
}

#[derive(Clone, Copy, PartialEq)]
enum Tool {
    Deployer,
    AwsCli,
}

/// Runs one round that counts calls instead of time and serves as the warm-up, then `times` rounds
/// with both programs in turn.
pub(crate) async fn play(testbed: &TestBed, times: usize) -> Result<Rounds, Trouble> {
    let mut rounds = Rounds::default();
    for (tool, steps) in [(Tool::Deployer, &mut rounds.ours), (Tool::AwsCli, &mut rounds.theirs)] {
        let account = testbed.counted(testbed.account()?);
        for (step, calls) in STEPS.into_iter().zip(&mut steps.calls) {
            let before = testbed.calls().await?;
            take(testbed, &account, tool, step).await?;
            *calls = testbed.calls().await? - before;
        }
    }
    for _ in 0..times {
        for (tool, steps) in
            [(Tool::Deployer, &mut rounds.ours), (Tool::AwsCli, &mut rounds.theirs)]
        {
            let account = testbed.account()?;
            for (step, figures) in STEPS.into_iter().zip(&mut steps.figures) {
                figures.0.push(take(testbed, &account, tool, step).await?);
            }
            if tool == Tool::Deployer {
                nothing_is_left(&account).await?;
            }
        }
    }
    Ok(rounds)
}

async fn take(
    testbed: &TestBed,
    account: &Account,
    tool: Tool,
    step: Step,
) -> Result<Run, Trouble> {
    let stack = stack(account);
    match (tool, step) {
        (Tool::Deployer, Step::Create | Step::Unchanged) => {
            deployer(testbed, account, &["up", "--yes", "--stack-name", &stack]).await
        }
        (Tool::Deployer, Step::Remove) => {
            deployer(testbed, account, &["down", "--yes", "--stack-name", &stack]).await
        }
        (Tool::AwsCli, Step::Create) => {
            prepare(testbed, account).await?;
            Ok(package(testbed, account).await? + deploy(testbed, account).await?)
        }
        (Tool::AwsCli, Step::Unchanged) => {
            // It names its change sets by the second, and refuses a name that exists. Not measured.
            sleep(Duration::from_secs(1)).await;
            deploy(testbed, account).await
        }
        (Tool::AwsCli, Step::Remove) => {
            let delete = aws(testbed, account, &["delete-stack", "--stack-name", &stack]).await?;
            let wait = ["wait", "stack-delete-complete", "--stack-name", &stack];
            Ok(delete + aws(testbed, account, &wait).await?)
        }
    }
}

/// A name per account: the function's name contains the stack's, and the emulator ends functions of
/// the same name in other accounts.
fn stack(account: &Account) -> String {
    format!("flow-{}", account.id)
}

fn bucket(account: &Account) -> String {
    format!("packages-{}", account.id)
}

/// Makes what the AWS CLI starts from: the exported template with the handler beside it, and a
/// bucket, which `up` creates itself. Not measured.
async fn prepare(testbed: &TestBed, account: &Account) -> Result<(), Trouble> {
    let export = testbed.home(account).join("export");
    let command = ["export", &export.display().to_string(), "--stack-name", &stack(account)];
    deployer(testbed, account, &command).await?;
    let path = export.join("template.json");
    let template = fs::read_to_string(&path).map_err(|cause| Trouble::of("no export", cause))?;
    let mut template: Value =
        serde_json::from_str(&template).map_err(|cause| Trouble::of("no template", cause))?;
    template["Resources"]["MfsmFunction"]["Properties"]["Code"] = json!("handler.zip");
    // The parameters are the place of the handler, which `package` fills in.
    template.as_object_mut().ok_or_else(|| Trouble::new("no template"))?.remove("Parameters");
    fs::write(&path, template.to_string()).map_err(|cause| Trouble::of("cannot write", cause))?;
    let made = account.storage().create_bucket().bucket(bucket(account)).send().await;
    made.map(drop).map_err(|cause| refused("CreateBucket", cause))
}

async fn package(testbed: &TestBed, account: &Account) -> Result<Run, Trouble> {
    let (template, packaged) =
        (file(testbed, account, "template.json"), packaged(testbed, account));
    let bucket = bucket(account);
    let package = ["package", "--template-file", &template, "--use-json"];
    let options = ["--s3-bucket", &bucket, "--output-template-file", &packaged];
    aws(testbed, account, &[&package[..], &options].concat()).await
}

async fn deploy(testbed: &TestBed, account: &Account) -> Result<Run, Trouble> {
    let (packaged, stack) = (packaged(testbed, account), stack(account));
    let deploy = ["deploy", "--template-file", &packaged, "--stack-name", &stack];
    let options = ["--capabilities", "CAPABILITY_IAM", "--no-fail-on-empty-changeset"];
    aws(testbed, account, &[&deploy[..], &options].concat()).await
}

fn packaged(testbed: &TestBed, account: &Account) -> String {
    file(testbed, account, "packaged.json")
}

fn file(testbed: &TestBed, account: &Account, name: &str) -> String {
    testbed.home(account).join("export").join(name).display().to_string()
}

async fn deployer(testbed: &TestBed, account: &Account, command: &[&str]) -> Result<Run, Trouble> {
    testbed.run(account, &[&[testbed.deployer.as_str()], command].concat()).await
}

async fn aws(testbed: &TestBed, account: &Account, command: &[&str]) -> Result<Run, Trouble> {
    let (program, region) = ([testbed.aws.as_str(), "cloudformation"], ["--region", REGION]);
    testbed.run(account, &[&program, command, &region].concat()).await
}

/// Fails if `down` left something: a program that is fast because it is incomplete must not win.
async fn nothing_is_left(account: &Account) -> Result<(), Trouble> {
    match account.remains().await?.as_slice() {
        [] => Ok(()),
        left => Err(Trouble::of("`deployer down` left", left.join(", "))),
    }
}
