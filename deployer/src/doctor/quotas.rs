//! Checks whether the account's quotas suffice for a busy mail system.

use super::Check;
use cloud::{Cloud, CloudError, Quota};

const NAME: &str = "quotas";

/// A quota that a message flow reaches first, and the value that is sufficient.
struct Need {
    /// The code of the service in Service Quotas.
    service: &'static str,
    /// The name of the quota in Service Quotas.
    quota: &'static str,
    /// The minimum that docs/reference/limits.md assumes.
    enough: f64,
    unit: &'static str,
}

/// The values that docs/reference/limits.md assumes, from the Step Functions developer guide, "Service
/// quotas". New accounts have a lower quota of Lambda's concurrency and of state transitions, which
/// is not checked here. The names of the quotas in Service Quotas are not documented; under another
/// name, the check is unknown. With the default wait, an invocation lasts about a second, so a
/// hundred messages a second mean a hundred concurrent executions of the function.
const NEEDS: [Need; 3] = [
    Need {
        service: "lambda",
        quota: "Concurrent executions",
        enough: 100.0,
        unit: "concurrent invocations of Lambda functions",
    },
    Need {
        service: "states",
        quota: "StartExecution throttle token refill rate per second",
        enough: 300.0,
        unit: "executions started a second",
    },
    Need {
        service: "states",
        quota: "DescribeExecution throttle token refill rate per second",
        enough: 15.0,
        unit: "polls of executions a second",
    },
];

pub(super) async fn check(cloud: &Cloud) -> Vec<Check> {
    let (lambda, states) =
        tokio::join!(cloud.quotas.quotas("lambda"), cloud.quotas.quotas("states"));
    let of = |need: &Need| if need.service == "lambda" { &lambda } else { &states };
    NEEDS.iter().map(|need| evaluate(need, of(need))).collect()
}

fn evaluate(need: &Need, granted: &Result<Vec<Quota>, CloudError>) -> Check {
    let granted = match granted {
        Ok(granted) => granted,
        Err(error) => return Check::refused(NAME, error),
    };
    let Some(quota) = granted.iter().find(|quota| quota.name == need.quota) else {
        let sentence = format!("Service Quotas does not list `{}`", need.quota);
        return Check::could_not_tell(NAME, sentence);
    };
    let sentence = format!("{} {} in this region", quota.value, need.unit);
    if quota.value >= need.enough {
        return Check::ok(NAME, sentence);
    }
    Check::warning(NAME, format!("only {sentence}")).hint(format!(
        "beyond that, mail waits until WorkMail retries; Service Quotas raises `{}` ({}) on \
         request, and docs/reference/limits.md says how much is needed",
        need.quota, need.service
    ))
}
