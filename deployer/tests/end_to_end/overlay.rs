//! An overlay with most of what CloudFormation has: planned, deployed, changed, pulled and removed.

use serde_json::Value;

use crate::emulator::Trouble;
use crate::emulator::account::refused;
use crate::emulator::message::message;
use crate::sandbox::{Sandbox, deliver};

/// A network and a key that belong to others.
const NETWORK: &str = "\
Resources:
  Network: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: {Ref: Network}, CidrBlock: 10.0.0.0/24}}
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: mail, VpcId: {Ref: Network}}}
Outputs:
  Subnet: {Value: {Ref: Subnet}, Export: {Name: mail-subnet}}
  Group: {Value: {Ref: Group}, Export: {Name: mail-group}}
";

const OVERLAY: &str = "\
Parameters:
  Encrypted: {Type: String, Default: 'yes'}
Conditions:
  IsEncrypted:
    Fn::Equals: [{Ref: Encrypted}, 'yes']
Resources:
  MfsmFunction:
    Properties:
      Description: null
      MemorySize: 192
      TracingConfig: {Mode: PassThrough}
      VpcConfig:
        SubnetIds: [{Fn::ImportValue: mail-subnet}]
        SecurityGroupIds: [{Fn::ImportValue: mail-group}]
      KmsKeyArn:
        Fn::If:
          - IsEncrypted
          - Fn::GetAtt: [EnvironmentKey, Arn]
          - {Ref: AWS::NoValue}
  EnvironmentKey:
    Type: AWS::KMS::Key
    Condition: IsEncrypted
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {AWS: {Fn::Sub: 'arn:aws:iam::${AWS::AccountId}:root'}}
            Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey', 'kms:PutKeyPolicy']
            Resource: '*'
  MfsmNetworkPolicy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: Network
      Roles: [{Ref: MfsmFunctionRole}]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Action: ['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface']
            Resource: '*'
Outputs:
  Key: {Condition: IsEncrypted, Value: {Ref: EnvironmentKey}}
  Subnet: {Value: {Fn::ImportValue: mail-subnet}}
";

async fn make_network(sandbox: &Sandbox) -> Result<(), Trouble> {
    let made = sandbox.account.stacks().create_stack();
    let made = made.stack_name("network").template_body(NETWORK).send().await;
    made.map(drop).map_err(|cause| refused("CreateStack", cause))
}

#[tokio::test]
async fn an_overlay_is_planned_deployed_changed_pulled_and_removed() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    make_network(&sandbox).await?;
    let overlay = sandbox.file("overlay.yaml", OVERLAY)?;
    let organization = sandbox.account.organization();
    let mut plan = sandbox.flow("plan", &[&organization]);
    plan.extend(["--overlay", &overlay]);
    let planned = sandbox.run(&plan).await?.ended(0)?;
    assert!(planned.stdout.contains("add EnvironmentKey AWS::KMS::Key"), "{}", planned.stdout);
    assert!(planned.stderr.contains("warning[overlay-wildcard]"), "{}", planned.stderr);

    let up = sandbox.up(&["--overlay", &overlay]).await?.ended(0)?;
    assert!(up.stderr.contains("overlay.yaml"), "{}", up.stderr);
    let settings = sandbox.settings().await?;
    assert_eq!((settings.memory_size(), settings.description()), (Some(192), Some("")));
    // The emulator makes key and network, but gives the function neither.
    let output = async |key: &str| sandbox.account.output(&sandbox.stack, key).await;
    assert!(output("Key").await.is_some());
    assert!(output("Subnet").await.is_some_and(|subnet| subnet.starts_with("subnet-")));
    let answer = sandbox.send(&message("00000000000000000000000000000001")).await?;
    assert_eq!(answer.body, deliver());
    let again = sandbox.up(&["--overlay", &overlay]).await?.ended(0)?;
    assert!(again.stderr.contains("no changes"), "{}", again.stderr);

    let plain = OVERLAY.replace("Default: 'yes'", "Default: 'no'");
    let changed = sandbox.file("overlay.yaml", plain)?;
    sandbox.up(&["--overlay", &changed]).await?.ended(0)?;
    assert_eq!(output("Key").await, None);

    let pulled = sandbox.file("pulled.yaml", "")?;
    sandbox.run(&["pull", "--settings", &pulled, "--force"]).await?.ended(0)?;
    let patch = std::fs::read_to_string(sandbox.folder.join("overlay.yaml"));
    let patch = patch.map_err(|cause| Trouble::of("overlay.yaml", cause))?;
    let patch: Value = serde_yaml::from_str(&patch).map_err(|cause| Trouble::of("YAML", cause))?;
    assert_eq!(patch["Parameters"]["Encrypted"]["Default"], "no");

    sandbox.up(&[]).await?.ended(6)?;
    sandbox.up(&["--reset-settings"]).await?.ended(0)?;
    assert_eq!(sandbox.settings().await?.memory_size(), Some(128));
    sandbox.run(&["down", "--yes"]).await?.ended(0)?;
    let deleted = sandbox.account.stacks().delete_stack().stack_name("network").send().await;
    deleted.map_err(|cause| refused("DeleteStack", cause))?;
    Ok(())
}
