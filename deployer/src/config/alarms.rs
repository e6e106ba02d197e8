//! Alarms: the topic that they notify, and how old a message can become without a verdict.

use handler::workmail::limits::MAX_RULE_TIMEOUT;

use super::quoted::quoted;
use super::{Metrics, Organizations, Telemetry};
use crate::config::FlowArgs;
use crate::finding::Finding;

/// Which topic alarms notify, and at which age a message counts as old.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarms {
    topic: String,
    age: AlarmAge,
}

impl Alarms {
    /// Reads the options, for alarms in the region of these organizations.
    /// Error: a finding for each value that CloudWatch would refuse, or if metrics are off.
    pub fn of(
        args: &FlowArgs,
        organizations: Option<&Organizations>,
        telemetry: Option<&Telemetry>,
    ) -> Result<Option<Self>, Vec<Finding>> {
        let age = AlarmAge::parse(&args.alarm_age).map_err(|fault| vec![fault])?;
        let (Some(topic), Some(organizations)) = (&args.alarms, organizations) else {
            return Ok(None);
        };
        let alarms = Self::parse(topic, age, organizations.region());
        let alarms = alarms.map_err(|fault| vec![fault])?;
        if telemetry.is_some_and(|telemetry| telemetry.metrics == Metrics::Off) {
            let sentence = "alarms need the handler's metrics; remove --metrics off, or --alarms";
            return Err(vec![Finding::error("alarms", "--alarms", sentence)]);
        }
        Ok(Some(alarms))
    }

    /// Reads a topic for alarms in this region.
    /// Error: a finding if it is not a topic or is in another region. Source: Amazon CloudWatch user guide, "Notifying
    /// users on alarm changes"; that an alarm notifies only topics of its own region is not documented.
    pub fn parse(topic: &str, age: AlarmAge, region: &str) -> Result<Self, Finding> {
        let fault = |sentence: String| Err(Finding::error("alarms", "--alarms", sentence));
        let parts: Vec<&str> = topic.split(':').collect();
        let ["arn", "aws", "sns", home, account, name] = parts[..] else {
            return fault(format!(
                "`{}` is not the ARN of a topic, which looks like \
                 arn:aws:sns:{region}:123456789012:NAME",
                quoted(topic)
            ));
        };
        if home != region {
            return fault(format!(
                "the topic is in `{}`, and alarms in {region} notify topics of {region} only",
                quoted(home)
            ));
        }
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        if !is_account || !is_topic_name(name) {
            return fault(format!(
                "`{}`: a topic has an account of twelve digits and a name of up to 256 letters, digits, \
                 hyphens and underscores",
                quoted(topic)
            ));
        }
        Ok(Self { topic: topic.to_owned(), age })
    }
    pub fn topic(&self) -> &str {
        &self.topic
    }

    /// Seconds that a message can wait for its verdict before there is an alarm.
    pub fn age_seconds(&self) -> u64 {
        u64::from(self.age.0) * 60
    }
}

/// Source: Amazon SNS API reference, `CreateTopic`; the names of FIFO topics end in `.fifo`.
fn is_topic_name(name: &str) -> bool {
    let plain = name.strip_suffix(".fifo").unwrap_or(name);
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !plain.is_empty() && name.len() <= 256 && plain.bytes().all(legal)
}

/// Minutes, 1 to 240: WorkMail does not retry for longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlarmAge(u32);

impl AlarmAge {
    pub fn parse(text: &str) -> Result<Self, Finding> {
        let longest = MAX_RULE_TIMEOUT.as_secs() / 60;
        match text.parse::<u32>() {
            Ok(minutes) if minutes >= 1 && u64::from(minutes) <= longest => Ok(Self(minutes)),
            _ => Err(Finding::error(
                "alarm-age",
                "--alarm-age",
                format!("`{}`: minutes from 1 to {longest}, a whole number", quoted(text)),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(topic: &str) -> Result<Alarms, Finding> {
        Alarms::parse(topic, AlarmAge::parse("30").unwrap(), "eu-west-1")
    }

    #[test]
    fn a_topic_must_be_in_the_region_of_its_alarms() {
        for topic in [
            "arn:aws:sns:eu-west-1:123456789012:mail",
            "arn:aws:sns:eu-west-1:111122223333:a_b.fifo",
        ] {
            let alarms = parse(topic).unwrap();
            assert_eq!((alarms.topic(), alarms.age_seconds()), (topic, 1800));
        }
        for (topic, word) in [
            ("mail", "not the ARN of a topic"),
            ("arn:aws-cn:sns:eu-west-1:123456789012:mail", "not the ARN of a topic"),
            ("arn:aws:sqs:eu-west-1:123456789012:mail", "not the ARN of a topic"),
            ("arn:aws:sns:eu-west-1:123456789012:mail:subscription", "not the ARN of a topic"),
            ("arn:aws:sns:us-east-1:123456789012:mail", "topics of eu-west-1 only"),
            ("arn:aws:sns:eu-west-1:1234:mail", "twelve digits"),
            ("arn:aws:sns:eu-west-1:123456789012:.fifo", "a name of"),
            ("arn:aws:sns:eu-west-1:123456789012:${x}", "a name of"),
        ] {
            let fault = parse(topic).unwrap_err();
            assert!(fault.sentence.contains(word), "{}", fault.sentence);
        }
    }

    #[test]
    fn an_age_is_minutes_up_to_workmails_limit() {
        for text in ["1", "240"] {
            assert!(AlarmAge::parse(text).is_ok(), "{text}");
        }
        for text in ["", "0", "241", "-1", "1.5", "1h"] {
            assert!(AlarmAge::parse(text).is_err(), "{text}");
        }
    }
}
