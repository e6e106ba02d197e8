//! What AWS services do for the function, the state machine, and the table beyond their defaults: traces, reserved
//! concurrency, a network, backups, a key.

use clap::Args as ClapArgs;
use serde::{Deserialize, Serialize};

use super::quoted::quoted;
use super::{Metrics, Organizations, StackKey, StackKeyArgs};
use crate::finding::Finding;

/// These settings, as options.
#[derive(Debug, Clone, ClapArgs, Serialize, Deserialize)]
pub struct ServiceArgs {
    /// Whether X-Ray traces the function and the state machine (AWS charges for each trace): on or
    /// off
    #[arg(long, value_name = "ON|OFF", default_value = "off")]
    pub tracing: String,
    /// Concurrent invocations that Lambda reserves for the function, which are also its maximum
    /// [default: none are reserved]
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub reserved_concurrency: Option<String>,
    /// Where the function is in a VPC.
    #[command(flatten)]
    #[serde(flatten)]
    pub network: NetworkArgs,
    /// Whether DynamoDB keeps continuous backups of the deduplication table (AWS charges by the size
    /// of the table): on or off
    #[arg(long, value_name = "ON|OFF", default_value = "off")]
    pub point_in_time_recovery: String,
    /// What encrypts what is stored.
    #[command(flatten)]
    #[serde(flatten)]
    pub key: StackKeyArgs,
}

/// Where the function is in a VPC, as options.
#[derive(Debug, Clone, Default, ClapArgs, Serialize, Deserialize)]
pub struct NetworkArgs {
    /// Subnet of a VPC for the function; may be repeated [default: no VPC]
    #[arg(long, value_name = "SUBNET_ID")]
    pub vpc_subnet: Vec<String>,
    /// Security group of the function in the VPC; may be repeated [default: no VPC]
    #[arg(long, value_name = "GROUP_ID")]
    pub vpc_security_group: Vec<String>,
}

impl Default for ServiceArgs {
    fn default() -> Self {
        Self {
            tracing: "off".to_owned(),
            reserved_concurrency: None,
            network: NetworkArgs::default(),
            point_in_time_recovery: "off".to_owned(),
            key: StackKeyArgs::default(),
        }
    }
}

/// These settings, each within its limits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceSettings {
    pub tracing: bool,
    pub reserved_concurrency: Option<u32>,
    /// `None` if the function is in no VPC.
    pub network: Option<Network>,
    pub point_in_time_recovery: bool,
    /// The key of table, logs, and environment variables; `None` for those that AWS owns.
    pub key: Option<StackKey>,
}

/// Where the function is in a VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Network {
    /// IDs of 1 to 16 subnets.
    pub subnets: Vec<String>,
    /// IDs of 1 to 5 security groups.
    pub security_groups: Vec<String>,
}

/// The most subnets. Source: Lambda API reference, `VpcConfig`.
const SUBNETS: usize = 16;
/// The most security groups. Source: Lambda API reference, `VpcConfig`.
const SECURITY_GROUPS: usize = 5;

impl ServiceSettings {
    /// Reads the options, for a stack in the region of these organizations.
    /// Error: a finding for each value that AWS would refuse.
    pub fn parse(
        args: &ServiceArgs,
        organizations: Option<&Organizations>,
    ) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        let mut keep = |read: Result<bool, Finding>| {
            read.map_err(|finding| findings.push(finding)).unwrap_or_default()
        };
        let tracing = keep(switch("tracing", &args.tracing));
        let point_in_time_recovery =
            keep(switch("point-in-time-recovery", &args.point_in_time_recovery));
        let reserved = args.reserved_concurrency.as_deref().map(concurrency).transpose();
        let reserved_concurrency = reserved.map_err(|finding| findings.push(finding));
        let network = Network::parse(&args.network).map_err(|found| findings.extend(found));
        let key = StackKey::parse(&args.key, organizations).map_err(|found| findings.extend(found));
        match findings.is_empty() {
            true => Ok(Self {
                tracing,
                reserved_concurrency: reserved_concurrency.unwrap_or_default(),
                network: network.unwrap_or_default(),
                point_in_time_recovery,
                key: key.unwrap_or_default(),
            }),
            false => Err(findings),
        }
    }
}

fn switch(name: &'static str, text: &str) -> Result<bool, Finding> {
    match Metrics::parse(text) {
        Ok(word) => Ok(word == Metrics::On),
        Err(_) => {
            let sentence = format!("`{}` is not one of on, off", quoted(text));
            Err(Finding::error(name, format!("--{name}"), sentence))
        }
    }
}

/// With 0, Lambda would invoke nothing, and all mail would wait.
fn concurrency(text: &str) -> Result<u32, Finding> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| {
        let sentence = format!("`{}`: a whole number of invocations, at least 1", quoted(text));
        Finding::error("reserved-concurrency", "--reserved-concurrency", sentence)
    })
}

impl Network {
    /// Reads the options; `None` if neither is set.
    /// Error: a finding for each value that AWS would refuse.
    pub fn parse(args: &NetworkArgs) -> Result<Option<Self>, Vec<Finding>> {
        let mut findings = Vec::new();
        let network = network(args, &mut findings);
        if findings.is_empty() { Ok(network) } else { Err(findings) }
    }
}

fn network(args: &NetworkArgs, findings: &mut Vec<Finding>) -> Option<Network> {
    let lists = [
        ("vpc-subnet", "subnet-", SUBNETS, &args.vpc_subnet),
        ("vpc-security-group", "sg-", SECURITY_GROUPS, &args.vpc_security_group),
    ];
    for (name, prefix, most, ids) in lists {
        let option = format!("--{name}");
        for id in ids.iter().filter(|id| !is_id(id, prefix)) {
            let sentence = format!("`{}`: an ID such as {prefix}0123456789abcdef0", quoted(id));
            findings.push(Finding::error(name, &option, sentence));
        }
        if ids.len() > most {
            let sentence = format!("{} are set; Lambda takes {most} at most", ids.len());
            findings.push(Finding::error(name, &option, sentence));
        }
    }
    match (args.vpc_subnet.is_empty(), args.vpc_security_group.is_empty()) {
        (true, true) => None,
        (false, false) => Some(Network {
            subnets: args.vpc_subnet.clone(),
            security_groups: args.vpc_security_group.clone(),
        }),
        (no_subnet, _) => {
            let (set, missing) = match no_subnet {
                true => ("vpc-security-group", "vpc-subnet"),
                false => ("vpc-subnet", "vpc-security-group"),
            };
            let sentence = format!("a function in a VPC needs --{missing}, too");
            findings.push(Finding::error(set, format!("--{set}"), sentence));
            None
        }
    }
}

/// Whether a text is an ID of EC2. Source: Amazon EC2 API reference, "Resource IDs": 8 or 17 hexadecimal digits.
fn is_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|digits| {
        matches!(digits.len(), 8 | 17)
            && digits.chars().all(|char| matches!(char, '0'..='9' | 'a'..='f'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_added_by_default() {
        let parsed = ServiceSettings::parse(&ServiceArgs::default(), None);
        assert_eq!(parsed, Ok(ServiceSettings::default()));
    }

    #[test]
    fn every_invalid_value_is_a_finding() {
        let args = ServiceArgs {
            tracing: "yes".to_owned(),
            reserved_concurrency: Some("0".to_owned()),
            network: NetworkArgs {
                vpc_subnet: vec!["subnet-1".to_owned(), "subnet-0123abcd".to_owned()],
                vpc_security_group: Vec::new(),
            },
            point_in_time_recovery: String::new(),
            key: StackKeyArgs { kms_key: Some("alias/mail".to_owned()) },
        };
        let findings = ServiceSettings::parse(&args, None).unwrap_err();
        let codes: Vec<String> = findings.iter().map(|one| one.code.to_string()).collect();
        assert_eq!(
            codes,
            [
                "tracing",
                "point-in-time-recovery",
                "reserved-concurrency",
                "vpc-subnet",
                "vpc-subnet",
                "kms-key"
            ]
        );
        let many = NetworkArgs {
            vpc_subnet: vec!["subnet-0123abcd".to_owned(); 17],
            vpc_security_group: vec!["sg-0123456789abcdef0".to_owned()],
        };
        assert_eq!(Network::parse(&many).unwrap_err().len(), 1);
    }
}
