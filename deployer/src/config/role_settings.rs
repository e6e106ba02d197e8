//! What the IAM roles of the stack have in common: their permissions boundary and their path.

use clap::Args as ClapArgs;
use serde::{Deserialize, Serialize};

use super::Organizations;
use super::quoted::quoted;
use crate::finding::Finding;

/// The settings of the roles, as options.
#[derive(Debug, Clone, Default, ClapArgs, Serialize, Deserialize)]
pub struct RoleArgs {
    /// Policy that limits what the roles of the stack may do: their permissions boundary [default: none]
    #[arg(long, value_name = "POLICY_ARN")]
    pub permissions_boundary: Option<String>,
    /// Path in IAM of the roles of the stack, such as /mail/; another path replaces the roles [default: /]
    #[arg(long, value_name = "PATH")]
    pub role_path: Option<String>,
}

/// The settings of the roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleSettings {
    pub boundary: Option<PolicyArn>,
    /// `None` for the root, which is IAM's default.
    pub path: Option<RolePath>,
}

impl RoleSettings {
    /// Reads the options, for roles in the account of these organizations.
    /// Error: a finding for each value that IAM would refuse.
    pub fn parse(
        args: &RoleArgs,
        organizations: Option<&Organizations>,
    ) -> Result<Self, Vec<Finding>> {
        let account = organizations.map(Organizations::account);
        let boundary = args.permissions_boundary.as_deref();
        let boundary = boundary.map(|arn| PolicyArn::parse(arn, account)).transpose();
        let path = args.role_path.as_deref().map(RolePath::parse).transpose();
        match (boundary, path) {
            (Ok(boundary), Ok(path)) => {
                Ok(Self { boundary, path: path.filter(|path| path.0 != RolePath::ROOT) })
            }
            (boundary, path) => Err(boundary.err().into_iter().chain(path.err()).collect()),
        }
    }

    /// The path, with a slash at both ends.
    pub fn path(&self) -> &str {
        self.path.as_ref().map_or(RolePath::ROOT, RolePath::as_str)
    }

    pub fn boundary(&self) -> Option<&str> {
        self.boundary.as_ref().map(PolicyArn::as_str)
    }
}

/// The ARN of a managed policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyArn(String);

/// The longest ARN. Source: IAM API reference, `CreateRole`, `PermissionsBoundary`.
const MAX_ARN: usize = 2048;
/// The longest name of a policy. Source: IAM API reference, `CreatePolicy`.
const MAX_POLICY_NAME: usize = 128;

impl PolicyArn {
    /// Reads an ARN. The policy of a boundary is AWS's own, or belongs to the account of the role.
    /// Source: IAM user guide, "Permissions boundaries for IAM entities".
    fn parse(text: &str, account: Option<&str>) -> Result<Self, Finding> {
        let option = "--permissions-boundary";
        let fault =
            |sentence: String| Err(Finding::error("permissions-boundary", option, sentence));
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let example = account.unwrap_or("123456789012");
        let (partition, owner, name) = match parts[..] {
            ["arn", partition, "iam", "", owner, name]
                if is_owner(owner) && partition.starts_with("aws") =>
            {
                (partition, owner, name)
            }
            _ => ("", "", ""),
        };
        let Some(name) = name.strip_prefix("policy/").filter(|name| is_policy_name(name)) else {
            return fault(format!(
                "`{}` is not the ARN of a managed policy, which looks like \
                 arn:aws:iam::{example}:policy/NAME or arn:aws:iam::aws:policy/NAME",
                quoted(text)
            ));
        };
        if text.len() > MAX_ARN
            || name.rsplit('/').next().unwrap_or_default().len() > MAX_POLICY_NAME
        {
            return fault(format!(
                "the ARN of a policy has up to {MAX_ARN} characters, its name up to {MAX_POLICY_NAME}"
            ));
        }
        if partition != "aws" {
            return fault(format!(
                "the policy is in the partition {partition}, but WorkMail exists only in aws"
            ));
        }
        match account {
            Some(account) if owner != "aws" && owner != account => fault(format!(
                "the policy belongs to account {owner}, but the roles are created in account \
                 {account}, and a boundary is a policy of their own account or of AWS"
            )),
            _ => Ok(Self(text.to_owned())),
        }
    }
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_owner(owner: &str) -> bool {
    owner == "aws" || owner.len() == 12 && owner.bytes().all(|byte| byte.is_ascii_digit())
}

/// A path and a name. Source: IAM API reference, `CreatePolicy`.
fn is_policy_name(text: &str) -> bool {
    let (path, name) = text.rsplit_once('/').unwrap_or(("", text));
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@-_".contains(&byte);
    !name.is_empty() && name.bytes().all(legal) && path.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The path of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolePath(String);

/// The longest path. Source: IAM API reference, `CreateRole`.
const MAX_PATH: usize = 512;

impl RolePath {
    /// The path of a role without one.
    pub const ROOT: &str = "/";

    /// Reads a path. Source: IAM API reference, `CreateRole`, `Path`; the characters with a meaning in
    /// policies: IAM user guide, "IAM JSON policy elements: Resource".
    fn parse(text: &str) -> Result<Self, Finding> {
        let fault = |sentence: String| Err(Finding::error("role-path", "--role-path", sentence));
        if !(text.starts_with('/') && text.ends_with('/')) {
            return fault(format!(
                "`{}`: a path begins and ends with a slash, such as /mail/",
                quoted(text)
            ));
        }
        if let Some(bad) = text.chars().find(|char| !char.is_ascii_graphic()) {
            return fault(format!(
                "the character {bad:?} is not allowed in a path; printable ASCII characters \
                 without spaces are"
            ));
        }
        if text.len() > MAX_PATH {
            let length = text.len();
            return fault(format!("it has {length} characters; a path has up to {MAX_PATH}"));
        }
        if let Some(bad) = text.chars().find(|char| "*?$".contains(*char)) {
            return fault(format!(
                "`{}`: a policy that names the roles would read `{bad}` as a pattern; remove it",
                quoted(text)
            ));
        }
        Ok(Self(text.to_owned()))
    }
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boundary(text: &str) -> Result<PolicyArn, Finding> {
        PolicyArn::parse(text, Some("123456789012"))
    }

    #[test]
    fn a_boundary_is_a_policy_of_the_account_or_of_aws() {
        for arn in [
            "arn:aws:iam::123456789012:policy/limit",
            "arn:aws:iam::123456789012:policy/teams/mail/limit_1+=,.@-",
            "arn:aws:iam::aws:policy/PowerUserAccess",
            "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
        ] {
            assert_eq!(boundary(arn).unwrap().as_str(), arn);
        }
        for (arn, word) in [
            ("", "not the ARN of a managed policy"),
            ("limit", "not the ARN of a managed policy"),
            ("arn:aws:iam::123456789012:role/limit", "not the ARN of a managed policy"),
            ("arn:aws:iam::123456789012:policy/", "not the ARN of a managed policy"),
            ("arn:aws:iam::123456789012:policy/a b", "not the ARN of a managed policy"),
            ("arn:aws:iam::123456789012:policy/a*", "not the ARN of a managed policy"),
            ("arn:aws:iam:us-east-1:123456789012:policy/a", "not the ARN of a managed policy"),
            ("arn:aws:iam::1234:policy/a", "not the ARN of a managed policy"),
            ("arn:aws-cn:iam::123456789012:policy/a", "partition aws-cn"),
            ("arn:aws:iam::111122223333:policy/a", "account 111122223333"),
        ] {
            let fault = boundary(arn).unwrap_err();
            assert!(fault.sentence.contains(word), "{arn}: {}", fault.sentence);
        }
        let long = format!("arn:aws:iam::123456789012:policy/{}", "a".repeat(129));
        assert!(boundary(&long).unwrap_err().sentence.contains("up to 128"));
        assert!(PolicyArn::parse("arn:aws:iam::111122223333:policy/a", None).is_ok());
    }

    #[test]
    fn a_path_follows_the_rules_of_iam() {
        let longest = format!("/{}/", "a".repeat(510));
        for path in ["/", "/mail/", "/a/b/", "/a.b_c+=,@-/", "/~!/", &longest] {
            assert_eq!(RolePath::parse(path).unwrap().as_str(), path);
        }
        let too_long = format!("/{}/", "a".repeat(511));
        for (path, word) in [
            ("", "begins and ends"),
            ("mail", "begins and ends"),
            ("/mail", "begins and ends"),
            ("mail/", "begins and ends"),
            ("/a b/", "' '"),
            ("/ä/", "printable ASCII"),
            ("/a\n/", "printable ASCII"),
            ("/a*/", "pattern"),
            ("/${x}/", "pattern"),
            (too_long.as_str(), "513 characters; a path has up to 512"),
        ] {
            let fault = RolePath::parse(path).unwrap_err();
            assert!(fault.sentence.contains(word), "{path}: {}", fault.sentence);
        }
    }

    #[test]
    fn the_root_is_the_default_path() {
        let args = RoleArgs { role_path: Some("/".to_owned()), ..RoleArgs::default() };
        assert_eq!(RoleSettings::parse(&args, None), Ok(RoleSettings::default()));
        assert_eq!(RoleSettings::default().path(), "/");
    }
}
