//! Links into the AWS console.
//!
//! AWS documents the consoles' addresses, but not what follows the `#`: it is what the consoles themselves
//! show in the address bar.

/// The console of a partition in a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Console {
    host: &'static str,
    region: String,
}

/// The partitions with a public console, and its domain.
/// Source: AWS General Reference, "AWS Management Console endpoints"; the guides of AWS in China and of
/// AWS GovCloud (US).
const HOSTS: [(&str, &str); 3] = [
    ("aws", "console.aws.amazon.com"),
    ("aws-cn", "console.amazonaws.cn"),
    ("aws-us-gov", "console.amazonaws-us-gov.com"),
];

impl Console {
    /// The console for a resource with this ARN; `None` if its partition has no public console.
    pub fn of(arn: &str, region: &str) -> Option<Self> {
        let partition = arn.split(':').nth(1)?;
        let (_, host) = HOSTS.iter().find(|(known, _)| *known == partition)?;
        Some(Self { host, region: region.to_owned() })
    }

    /// WorkMail's console, which is only in the partition `aws`. No address of an organization's page is
    /// documented.
    pub fn workmail(region: &str) -> String {
        let (_, host) = HOSTS[0];
        Self { host, region: region.to_owned() }.link("workmail/v2/home", "/")
    }

    pub fn stack(&self, id: &str) -> String {
        let place = format!("/stacks/stackinfo?stackId={}", encoded(id));
        self.link("cloudformation/home", &place)
    }

    pub fn machine(&self, arn: &str) -> String {
        self.link("states/home", &format!("/statemachines/view/{}", encoded(arn)))
    }

    pub fn execution(&self, arn: &str) -> String {
        self.link("states/home", &format!("/v2/executions/details/{}", encoded(arn)))
    }

    /// A log group, whose name CloudWatch's console encodes twice, with `$` for the second `%`.
    pub fn logs(&self, group: &str) -> String {
        let name = encoded(&encoded(group)).replace('%', "$");
        self.link("cloudwatch/home", &format!("logsV2:log-groups/log-group/{name}"))
    }

    fn link(&self, page: &str, place: &str) -> String {
        let region = encoded(&self.region);
        format!("https://{region}.{}/{page}?region={region}#{place}", self.host)
    }
}

/// Encodes everything but the characters that RFC 3986 calls unreserved.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_partition_has_its_console() {
        let stack = |partition: &str, region: &str| {
            let id = format!("arn:{partition}:cloudformation:{region}:123456789012:stack/st/1");
            Console::of(&id, region).map(|console| console.stack(&id))
        };
        assert_eq!(
            stack("aws", "us-east-1").unwrap(),
            "https://us-east-1.console.aws.amazon.com/cloudformation/home?region=us-east-1#/stacks/stackinfo?\
             stackId=arn%3Aaws%3Acloudformation%3Aus-east-1%3A123456789012%3Astack%2Fst%2F1"
        );
        let starts = |partition, region, start: &str| {
            let link = stack(partition, region).unwrap();
            assert!(link.starts_with(start), "{link}");
        };
        starts("aws-cn", "cn-north-1", "https://cn-north-1.console.amazonaws.cn/cloudformation/");
        starts(
            "aws-us-gov",
            "us-gov-west-1",
            "https://us-gov-west-1.console.amazonaws-us-gov.com/",
        );
        assert_eq!(stack("aws-iso", "us-iso-east-1"), None);
        assert_eq!(Console::of("no ARN", "us-east-1"), None);
    }

    #[test]
    fn names_are_encoded_as_each_console_expects() {
        let arn = "arn:aws:states:eu-west-1:123456789012:execution:M:a\u{e9}#&\"x";
        let console = Console::of(arn, "eu-west-1").unwrap();
        assert!(console.execution(arn).ends_with("%3AM%3Aa%C3%A9%23%26%22x"));
        assert!(
            console
                .logs("/aws/lambda/a b$c")
                .ends_with("#logsV2:log-groups/log-group/$252Faws$252Flambda$252Fa$2520b$2524c")
        );
        assert!(console.machine("arn:x").ends_with("#/statemachines/view/arn%3Ax"));
    }
}
