//! The policy that `deployer permissions` prints allows the deployer's own calls, and `doctor`
//! finds what is missing in it.
//!
//! The emulator enforces IAM for direct calls; its CloudFormation has every right. Unlike AWS, it
//! ignores resources in `iam:SimulatePrincipalPolicy`, and its simulator ignores context, so it
//! denies `iam:PassRole` under the condition in the policy.

use aws_sdk_iam::Client;
use serde_json::{Value, json};

use crate::emulator::Trouble;
use crate::emulator::account::{SECRET, refused};
use crate::sandbox::Sandbox;

const USER: &str = "operator";
const POLICY: &str = "deployer";

#[tokio::test]
async fn the_printed_policy_allows_every_call_and_doctor_finds_what_is_missing()
-> Result<(), Trouble> {
    let mut sandbox = Sandbox::new().await?;
    let root = Client::new(&sandbox.account.config);
    let organization = sandbox.account.organization();
    let printed = sandbox.run(&["permissions", "--org-arn", &organization]).await?.ended(0)?;
    let mut policy: Value = serde_json::from_str(&printed.stdout)
        .map_err(|cause| Trouble::of("the policy is no JSON", cause))?;
    let simulate =
        json!({"Effect": "Allow", "Action": "iam:SimulatePrincipalPolicy", "Resource": "*"});
    policy["Statement"].as_array_mut().into_iter().for_each(|all| all.push(simulate.clone()));
    become_user(&mut sandbox, &root, &policy).await?;

    let doctor = ["doctor", "--org-arn", &organization];
    let session = sandbox.run(&doctor).await?.ended(3)?;
    assert!(session.stdout.contains("user/operator"), "{}", session.stdout);
    assert!(missing(&session.stdout).ends_with(" missing: iam:PassRole"), "{}", session.stdout);

    let organizations = [organization.as_str()];
    sandbox.run(&sandbox.flow("plan", &organizations)).await?.ended(0)?;
    // The bucket's own policy requires TLS except for the root user, and the emulator has no TLS.
    // All calls before that are allowed.
    let session = sandbox.up(&[]).await?.ended(4)?;
    let denied = "explicit deny in a resource-based policy";
    assert!(session.stderr.contains(denied), "{}", session.stderr);
    let user = use_credentials(&mut sandbox, None);
    sandbox.up(&[]).await?.ended(0)?;
    use_credentials(&mut sandbox, Some(user));
    sandbox.run(&["status"]).await?.ended(0)?;
    let mut check = sandbox.flow("check", &organizations);
    check.push("--online");
    sandbox.run(&check).await?.ended(0)?;

    take(&mut policy, "s3:PutObject");
    put(&root, &policy).await?;
    let session = sandbox.run(&doctor).await?.ended(3)?;
    let output = missing(&session.stdout);
    assert!(output.ends_with(" missing: iam:PassRole, s3:PutObject"), "{output}");
    Ok(())
}

/// What `doctor` reports about permissions.
fn missing(printed: &str) -> &str {
    printed.lines().find(|line| line.contains("  permissions: ")).unwrap_or_default()
}

/// Removes an action from a policy.
fn take(policy: &mut Value, action: &str) {
    let statements = policy["Statement"].as_array_mut().into_iter().flatten();
    for statement in statements {
        if let Some(actions) = statement["Action"].as_array_mut() {
            actions.retain(|one| one != action);
        }
    }
}

/// Creates a user with a policy, whose credentials the deployer uses from now on.
async fn become_user(sandbox: &mut Sandbox, root: &Client, policy: &Value) -> Result<(), Trouble> {
    let created = root.create_user().user_name(USER).send().await;
    created.map_err(|cause| refused("CreateUser", cause))?;
    put(root, policy).await?;
    let keys = root.create_access_key().user_name(USER).send().await;
    let keys = keys.map_err(|cause| refused("CreateAccessKey", cause))?.access_key;
    let keys = keys.ok_or_else(|| Trouble::new("there is no access key"))?;
    use_credentials(
        sandbox,
        Some([keys.access_key_id().to_owned(), keys.secret_access_key().to_owned()]),
    );
    Ok(())
}

/// Gives the deployer these credentials, or those of the account's root user. Returns the previous
/// ones.
fn use_credentials(sandbox: &mut Sandbox, user: Option<[String; 2]>) -> [String; 2] {
    let names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    let before = names.map(|name| sandbox.deployer.variables[name].clone());
    let root = [sandbox.account.id.clone(), SECRET.to_owned()];
    for (name, value) in names.into_iter().zip(user.unwrap_or(root)) {
        sandbox.variable(name, value);
    }
    before
}

async fn put(root: &Client, policy: &Value) -> Result<(), Trouble> {
    let put = root.put_user_policy().user_name(USER).policy_name(POLICY);
    let put = put.policy_document(policy.to_string()).send().await;
    put.map(drop).map_err(|cause| refused("PutUserPolicy", cause))
}
