//! The rights that one installation needs: what its settings add to the general list, and take from it.

use super::calls::OF_KEYS;
use super::scope::{Scope, Site};
use super::{Purpose, Right, Rights, rights};

/// What is needed of a bucket that the deployer does not manage. Everything else is done to its own bucket only.
const OF_GIVEN_BUCKET: [&str; 6] = [
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:PutObject",
];

/// To read an artifact that is encrypted with a KMS key. Lambda reads it on behalf of the principal
/// that CloudFormation acts for. Source: Amazon S3 user guide, "Using server-side encryption with
/// AWS KMS keys".
const READ_ENCRYPTED: Right = ("kms:Decrypt", Scope::ArtifactKey);
const WRITE_ENCRYPTED: Right = ("kms:GenerateDataKey", Scope::ArtifactKey);

/// The rights for a purpose at a site, with a flow that adds resources of the types `flow_types`.
pub fn needed<'a>(
    purpose: Purpose,
    flow_types: impl IntoIterator<Item = &'a str>,
    site: &Site<'_>,
) -> Rights {
    let mut needed = rights(purpose, flow_types);
    if site.artifacts.bucket.is_some() {
        for scope in [Scope::Bucket, Scope::Objects] {
            if let Some(actions) = needed.get_mut(&scope) {
                actions.retain(|action| OF_GIVEN_BUCKET.contains(action));
            }
        }
    }
    if site.artifacts.key.is_some() {
        let rights: &[Right] = match purpose {
            Purpose::Deploy | Purpose::DeployByRole => &[READ_ENCRYPTED, WRITE_ENCRYPTED],
            // S3 gives the checksum of an encrypted object only to those who may decrypt it.
            // Source: Amazon S3 API reference, `HeadObject`, `x-amz-checksum-mode`.
            Purpose::CloudFormation | Purpose::Read => &[READ_ENCRYPTED],
            Purpose::List => &[],
        };
        for (action, scope) in rights {
            needed.entry(*scope).or_default().insert(action);
        }
    }
    // Only functions can be so large that they are uploaded in parts.
    if site.functions.is_empty()
        && let Some(actions) = needed.get_mut(&Scope::Objects)
    {
        actions.remove("s3:AbortMultipartUpload");
    }
    if site.key.is_some() {
        let described = if purpose == Purpose::List { &[] } else { OF_KEYS };
        for (action, scope) in of_key(purpose).iter().chain(described) {
            needed.entry(*scope).or_default().insert(action);
        }
    }
    if matches!(purpose, Purpose::Deploy | Purpose::CloudFormation) {
        for (action, scope) in of_functions(site) {
            needed.entry(scope).or_default().insert(action);
        }
    }
    if site.roles.boundary.is_none() {
        needed.remove(&Scope::Boundary);
    } else {
        for (roles, bound) in
            [(Scope::Roles, Scope::BoundRoles), (Scope::FlowRoles, Scope::FlowBoundRoles)]
        {
            if needed.get_mut(&roles).is_some_and(|actions| actions.remove("iam:CreateRole")) {
                // Removing a boundary is not included: a principal that may do that is not bound by
                // it.
                needed.insert(bound, ["iam:CreateRole", "iam:PutRolePermissionsBoundary"].into());
            }
        }
    }
    needed.retain(|_, actions| !actions.is_empty());
    needed
}

/// To select a key for a table, a principal must have these rights, and DynamoDB uses them. Source:
/// DynamoDB developer guide, "DynamoDB encryption at rest usage notes", "Key policy for a customer managed
/// key". To set one for environment variables: Lambda developer guide, "Securing Lambda environment
/// variables". Who reads the table or the variables needs `kms:Decrypt`; CloudWatch Logs has its
/// rights by the key's own policy ([`super::key_policy`]).
const ENCRYPT: [Right; 12] = [
    ("logs:AssociateKmsKey", Scope::LogGroups),
    ("logs:DisassociateKmsKey", Scope::LogGroups),
    ("kms:CreateGrant", Scope::TableKey),
    ("kms:Decrypt", Scope::TableKey),
    ("kms:Encrypt", Scope::TableKey),
    ("kms:GenerateDataKey", Scope::TableKey),
    ("kms:GenerateDataKeyWithoutPlaintext", Scope::TableKey),
    ("kms:ReEncryptFrom", Scope::TableKey),
    ("kms:ReEncryptTo", Scope::TableKey),
    ("kms:CreateGrant", Scope::EnvironmentKey),
    ("kms:Decrypt", Scope::EnvironmentKey),
    ("kms:Encrypt", Scope::EnvironmentKey),
];
const READ_STORED: [Right; 2] =
    [("kms:Decrypt", Scope::TableKey), ("kms:Decrypt", Scope::EnvironmentKey)];

fn of_key(purpose: Purpose) -> &'static [Right] {
    match purpose {
        Purpose::Deploy | Purpose::CloudFormation => &ENCRYPT,
        Purpose::DeployByRole | Purpose::Read => &READ_STORED,
        Purpose::List => &[],
    }
}

/// What the settings of the flow's functions need. Lambda reads the network of a function on behalf
/// of the principal that CloudFormation acts for. Source: Lambda developer guide, "Giving Lambda
/// functions access to resources in an Amazon VPC" and "Adding layers to functions".
fn of_functions(site: &Site<'_>) -> Vec<Right> {
    let mut rights = Vec::new();
    if site.in_vpc || site.functions.iter().any(|function| function.in_vpc) {
        let actions = ["ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"];
        rights.extend(actions.map(|action| (action, Scope::Everything)));
    }
    if site.functions.iter().any(|function| !function.layers.is_empty()) {
        rights.push(("lambda:GetLayerVersion", Scope::Layers));
    }
    rights
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{
        ArtifactArgs, ArtifactSettings, Organizations, RoleArgs, RoleSettings, StackName,
    };
    use crate::rights::policy::policies;
    use serde_json::{Value, json};

    const BOUNDARY: &str = "arn:aws:iam::123456789012:policy/limit";

    /// The statements by their names.
    fn statements(purpose: Purpose, bucket: Option<&str>, key: Option<&str>) -> Value {
        let arn = "arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef";
        let organizations = Organizations::parse(&[arn.to_owned()]).unwrap();
        let text = |text: &str| Some(text.to_owned());
        let roles =
            RoleArgs { permissions_boundary: text(BOUNDARY), role_path: text("/teams/mail/") };
        let artifacts = ArtifactArgs {
            artifact_bucket: bucket.map(str::to_owned),
            artifact_kms_key: key.map(str::to_owned),
        };
        let site = Site {
            organizations: &organizations,
            stack: &StackName::parse("mail").unwrap(),
            role: None,
            roles: &RoleSettings::parse(&roles, None).unwrap(),
            artifacts: &ArtifactSettings::parse(&artifacts, None).unwrap(),
            in_vpc: false,
            key: None,
            functions: &[],
        };
        let needed = needed(purpose, ["AWS::IAM::Role"], &site);
        let mut by_name = serde_json::Map::new();
        for policy in policies(&needed, &site) {
            for statement in policy.document["Statement"].as_array().unwrap() {
                let name = statement["Sid"].as_str().unwrap().to_owned();
                by_name.insert(name, statement.clone());
            }
        }
        by_name.into()
    }

    #[test]
    fn a_role_can_be_made_only_with_its_boundary_and_its_path() {
        for purpose in [Purpose::Deploy, Purpose::CloudFormation] {
            let found = statements(purpose, None, None);
            let condition = json!({ "StringEquals": { "iam:PermissionsBoundary": BOUNDARY } });
            let making = json!(["iam:CreateRole", "iam:PutRolePermissionsBoundary"]);
            for name in ["BoundRoles", "FlowBoundRoles"] {
                assert_eq!(found[name]["Condition"], condition);
                assert_eq!(found[name]["Action"], making);
            }
            let role = "arn:aws:iam::123456789012:role/teams/mail/mail-MfsmFunctionRole-*";
            assert_eq!(found["BoundRoles"]["Resource"][0], role);
            assert_eq!(found["Roles"]["Resource"], found["BoundRoles"]["Resource"]);
            assert_eq!(found["FunctionRole"]["Resource"], role);
            let any = "arn:aws:iam::123456789012:role/teams/mail/mail-*";
            assert_eq!(found["FlowBoundRoles"]["Resource"], any);
            for name in ["Roles", "FlowRoles"] {
                let others = found[name]["Action"].to_string();
                assert!(!others.contains("CreateRole") && others.contains("iam:DeleteRole"));
            }
            assert!(!found.to_string().contains("DeleteRolePermissionsBoundary"));
        }
        let caller = statements(Purpose::Read, None, None);
        assert_eq!(caller["Boundary"]["Resource"], BOUNDARY);
        assert!(caller.get("BoundRoles").is_none());
    }

    #[test]
    fn a_given_bucket_is_neither_made_nor_configured_nor_removed() {
        let found = statements(Purpose::Deploy, Some("company"), None);
        assert_eq!(found["Bucket"]["Action"], "s3:ListBucket");
        assert_eq!(found["Bucket"]["Resource"], "arn:aws:s3:::company");
        let objects = "arn:aws:s3:::company/message-flow-artifacts/mail/*";
        assert_eq!(found["Objects"]["Resource"], objects);
        let actions =
            json!(["s3:DeleteObject", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]);
        assert_eq!(found["Objects"]["Action"], actions);
        let role = statements(Purpose::CloudFormation, Some("company"), None);
        assert_eq!(role["Objects"]["Action"], json!(["s3:GetObject", "s3:GetObjectVersion"]));
        assert!(role.get("Bucket").is_none());
    }

    #[test]
    fn a_key_is_used_through_s3_only() {
        let id = "1234abcd-12ab-34cd-56ef-1234567890ab";
        let found = statements(Purpose::Deploy, None, Some(id));
        let through = json!({ "kms:ViaService": "s3.us-east-1.amazonaws.com" });
        let statement = &found["ArtifactKey"];
        assert_eq!(statement["Action"], json!(["kms:Decrypt", "kms:GenerateDataKey"]));
        assert_eq!(statement["Resource"], format!("arn:aws:kms:us-east-1:123456789012:key/{id}"));
        assert_eq!(statement["Condition"], json!({ "StringEquals": through }));
        let role = statements(Purpose::CloudFormation, None, Some("alias/mail"));
        assert_eq!(role["ArtifactKey"]["Action"], "kms:Decrypt");
        let resource = "arn:aws:kms:us-east-1:123456789012:key/*";
        assert_eq!(role["ArtifactKey"]["Resource"], resource);
        let condition = json!({
            "StringEquals": through,
            "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/mail" },
        });
        assert_eq!(role["ArtifactKey"]["Condition"], condition);
        let reader = statements(Purpose::Read, None, Some(id));
        assert_eq!(reader["ArtifactKey"]["Action"], "kms:Decrypt");
    }
}
