//! The fault proxy microburst between the deployed handler and the emulator: a fifth of the
//! handler's calls meets a fault, with the errors and the behavior of AWS.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::emulator::server::free_address;
use crate::emulator::{Emulator, Trouble};
use crate::microburst::Microburst;

/// The share of calls that meet a fault.
pub(crate) const SHARE: f64 = 0.2;

/// The operations of the handler, by microburst's names of the services. A rule for any other name
/// never fires.
pub(crate) const OPERATIONS: [(&str, &str); 5] = [
    ("dynamodb", "PutItem"),
    ("dynamodb", "UpdateItem"),
    ("stepfunctions", "StartExecution"),
    ("stepfunctions", "DescribeExecution"),
    ("stepfunctions", "GetExecutionHistory"),
];

/// Every kind of fault: its name in microburst's metrics, and the effect that causes it.
fn kinds() -> [(&'static str, Value); 5] {
    [
        ("error:ThrottlingException", json!({ "error": { "code": "ThrottlingException" } })),
        (
            "error:InternalServerError",
            json!({ "error": { "code": "InternalServerError", "status": 500 } }),
        ),
        ("reset", json!({ "reset": true })),
        // Longer than the handler waits for an answer.
        ("timeout:10000ms", json!({ "timeout_ms": 10_000 })),
        // The call is executed, and its answer is lost after one byte.
        ("response:abort", json!({ "response": { "abort_bytes": 1 } })),
    ]
}

/// An emulator whose functions reach it only through the proxy, and the proxy.
pub(crate) struct FaultyCloud {
    pub(crate) emulator: Emulator,
    proxy: Microburst,
}

/// What the proxy did.
pub(crate) struct Fired {
    pub(crate) calls: u64,
    /// The faults, by operation and kind.
    pub(crate) faults: BTreeMap<(String, String), u64>,
}

impl FaultyCloud {
    /// Starts both. The proxy changes a header that signatures cover, so IAM is not enforced here.
    pub(crate) async fn start() -> Result<Self, Trouble> {
        let address = free_address()?;
        let settings =
            [("AUTH", "false".to_owned()), ("AWS_ENDPOINT_URL", format!("http://{address}"))];
        let emulator = Emulator::start_with("campaign", &settings).await?;
        let proxy = Microburst::start(address, &emulator, "campaign-faults").await?;
        proxy.add(rules_of_all()).await?;
        Ok(Self { emulator, proxy })
    }

    /// What the proxy did so far.
    pub(crate) async fn fired(&self) -> Result<Fired, Trouble> {
        let counters = self.proxy.request("GET", "metrics", "").await?;
        let mut fired = Fired { calls: 0, faults: BTreeMap::new() };
        for line in counters.lines().filter(|line| !line.starts_with('#')) {
            let (name, count) = line.rsplit_once(' ').unwrap_or((line, ""));
            let count = || count.parse().map_err(|cause| Trouble::of(line, cause));
            if name == "microburst_requests_total" {
                fired.calls = count()?;
            } else if name.starts_with("microburst_faults_total") {
                let label = |name: &str| {
                    let (_, value) = line.split_once(&format!("{name}=\""))?;
                    Some(value.split_once('"')?.0.to_owned())
                };
                let labels = label("operation").zip(label("action"));
                let labels = labels.ok_or_else(|| Trouble::of("no fault", line))?;
                fired.faults.insert(labels, count()?);
            }
        }
        Ok(fired)
    }
}

impl Fired {
    /// The kinds of faults that an operation did not meet.
    pub(crate) fn missing(&self) -> Vec<String> {
        let all = OPERATIONS.iter().flat_map(|(_, operation)| {
            kinds().map(|(kind, _)| ((*operation).to_owned(), kind.to_owned()))
        });
        let missing = all.filter(|fault| !self.faults.contains_key(fault));
        missing.map(|(operation, kind)| format!("{kind} of {operation}")).collect()
    }

    /// The share of calls that met a fault.
    pub(crate) fn share(&self) -> f64 {
        self.faults.values().sum::<u64>() as f64 / self.calls as f64
    }
}

/// For each operation, every kind of fault once at the beginning, so that none depends on random
/// numbers, and then all of them at random.
fn rules_of_all() -> Vec<Value> {
    let rule = |(service, operation): (&str, &str), effect: &Value, more: Value| {
        let mut rule = json!({ "service": service, "operation": operation });
        for part in [effect, &more] {
            let part = part.as_object().expect("a part of a rule is an object");
            rule.as_object_mut().expect("a rule is an object").extend(part.clone());
        }
        rule
    };
    let each = kinds().len() as f64;
    let mut rules = Vec::new();
    for operation in OPERATIONS {
        for (_, effect) in kinds() {
            rules.push(rule(operation, &effect, json!({ "times": 1 })));
        }
        // The first rule that fires ends the search, so a later one sees fewer calls.
        let mut left = 1.0;
        for (_, effect) in kinds() {
            rules.push(rule(operation, &effect, json!({ "probability": SHARE / each / left })));
            left -= SHARE / each;
        }
    }
    rules
}
