//! The ARN of a WorkMail organization, which determines the account and region of everything else.

use std::fmt;

use handler::workmail::limits::REGIONS;

use super::quoted::quoted;
use crate::finding::Finding;

/// `arn:aws:workmail:REGION:ACCOUNT:organization/m-…`.
///
/// Sources: WorkMail administrator guide, "How Amazon WorkMail works with IAM" (the ARN); the
/// WorkMail API model, `OrganizationId` (`^m-[0-9a-f]{32}$`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrganizationArn {
    region: String,
    account: String,
    id: String,
}

impl OrganizationArn {
    pub fn parse(text: &str) -> Result<Self, Finding> {
        let fault = |sentence: String| Finding::error("organization-arn", "--org-arn", sentence);
        let parts: Vec<&str> = text.split(':').collect();
        let ["arn", partition, service, region, account, resource] = parts[..] else {
            return Err(fault(format!(
                "`{}` is not the ARN of a WorkMail organization; it looks like \
                 arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef \
                 and is shown in the WorkMail console under Organizations, Organization settings",
                quoted(text)
            )));
        };
        if partition != "aws" {
            return Err(fault(format!(
                "partition `{}`: WorkMail exists only in the partition `aws`",
                quoted(partition)
            )));
        }
        if service != "workmail" {
            return Err(fault(format!(
                "service `{}`: the ARN of a WorkMail organization begins with arn:aws:workmail:",
                quoted(service)
            )));
        }
        if !REGIONS.contains(&region) {
            return Err(fault(format!(
                "region `{}`: WorkMail exists only in {}",
                quoted(region),
                REGIONS.join(", ")
            )));
        }
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(fault(format!(
                "account `{}`: an account ID has exactly twelve digits",
                quoted(account)
            )));
        }
        let id = resource.strip_prefix("organization/").unwrap_or_default();
        if !is_organization_id(id) {
            return Err(fault(format!(
                "`{}`: an organization is named organization/m- followed by 32 of the characters \
                 0-9 and a-f; placeholders and `organization/*` are refused, because the permission \
                 must name exactly one organization",
                quoted(resource)
            )));
        }
        Ok(Self { region: region.to_owned(), account: account.to_owned(), id: id.to_owned() })
    }
    pub fn region(&self) -> &str {
        &self.region
    }

    /// 12 digits.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// `m-` and 32 hexadecimal digits.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The id without its `m-`: 32 hexadecimal digits, which are valid in a logical id.
    pub fn hex(&self) -> &str {
        &self.id[2..]
    }
}

impl fmt::Display for OrganizationArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "arn:aws:workmail:{}:{}:organization/{}", self.region, self.account, self.id)
    }
}

fn is_organization_id(id: &str) -> bool {
    id.strip_prefix("m-").is_some_and(|hex| {
        hex.len() == 32 && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// One or more organizations of one account and region, sorted and without duplicates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organizations(Vec<OrganizationArn>);

impl Organizations {
    /// The maximum number of organizations of one stack: each adds a statement to the function's
    /// policy, which Lambda limits to 20,480 bytes (Lambda quotas, "Function resource-based
    /// policy").
    pub const MAX: usize = 40;

    /// Error: a finding for each invalid ARN, or if accounts or regions differ.
    pub fn parse(texts: &[String]) -> Result<Self, Vec<Finding>> {
        let fault = |sentence: String| Finding::error("organization-arn", "--org-arn", sentence);
        if texts.is_empty() {
            return Err(vec![fault(
                "the organization is missing; give its ARN with --org-arn, as DEPLOYER_ORG_ARN, or \
                 as `org-arn` in deployer.yaml"
                    .to_owned(),
            )]);
        }
        let mut arns = Vec::new();
        let mut faults = Vec::new();
        for text in texts {
            match OrganizationArn::parse(text) {
                Ok(arn) => arns.push(arn),
                Err(found) => faults.push(found),
            }
        }
        arns.sort();
        arns.dedup();
        if let [first, .., last] = &arns[..]
            && arns.iter().any(|arn| arn.account != first.account || arn.region != first.region)
        {
            faults.push(fault(format!(
                "the organizations of one stack share account and region, but {first} and \
                     {last} do not; give each its own stack with --stack-name"
            )));
        }
        if arns.len() > Self::MAX {
            faults.push(fault(format!(
                "{} organizations: one function can serve {} at most",
                arns.len(),
                Self::MAX
            )));
        }
        if arns.is_empty() && faults.is_empty() {
            faults.push(fault("at least one organization is required".to_owned()));
        }
        if faults.is_empty() { Ok(Self(arns)) } else { Err(faults) }
    }

    /// Sorted.
    pub fn arns(&self) -> &[OrganizationArn] {
        &self.0
    }
    pub fn account(&self) -> &str {
        self.0[0].account()
    }
    pub fn region(&self) -> &str {
        self.0[0].region()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str =
        "arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef";

    #[test]
    fn an_organization_arn_round_trips() {
        let arn = OrganizationArn::parse(ARN).unwrap();
        assert_eq!(arn.to_string(), ARN);
        assert_eq!((arn.region(), arn.account()), ("us-east-1", "123456789012"));
        assert_eq!(arn.hex(), "0123456789abcdef0123456789abcdef");
    }

    #[test]
    fn every_part_is_checked() {
        for (from, to, word) in [
            ("arn:aws:", "arn:aws-cn:", "partition"),
            ("workmail", "ses", "service"),
            ("us-east-1", "eu-central-1", "region"),
            ("123456789012", "12345678901", "account"),
            ("123456789012", "12345678901x", "account"),
            ("organization/m-0123456789abcdef0123456789abcdef", "organization/*", "exactly one"),
            ("m-0", "m-G", "32 of the characters"),
            ("organization/", "user/", "32 of the characters"),
            (":organization", "-organization", "looks like"),
        ] {
            let found = OrganizationArn::parse(&ARN.replace(from, to)).unwrap_err();
            assert!(found.sentence.contains(word), "{}", found.sentence);
        }
    }

    #[test]
    fn organizations_are_sorted_unique_and_of_one_account_and_region() {
        let other = ARN.replace("m-0", "m-1");
        let both = Organizations::parse(&[other.clone(), ARN.to_owned(), other]).unwrap();
        assert_eq!(both.arns().len(), 2);
        assert_eq!(both.arns()[0].to_string(), ARN);
        let elsewhere = ARN.replace("us-east-1", "us-west-2");
        assert_eq!(Organizations::parse(&[ARN.to_owned(), elsewhere]).unwrap_err().len(), 1);
        assert!(Organizations::parse(&[]).is_err());
    }
}
