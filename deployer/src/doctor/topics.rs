//! Checks whether the flow's topics have confirmed subscriptions.

use super::Check;
use crate::health::{Hearing, Probe, Topic, topics};
use crate::installation::lookup;
use crate::next_command::NextCommand;
use cloud::{Cloud, Stack};

const NAME: &str = "topic";

/// One check for each topic of an installed flow.
pub(super) async fn checks(cloud: &Cloud, stack: &Stack, next: &NextCommand) -> Vec<Check> {
    let found = match lookup::template(cloud, stack).await {
        Ok(template) => topics(cloud, stack, &template).await,
        // The check of the rule says so.
        Err(_) => return Vec::new(),
    };
    match found {
        Ok(found) => found.iter().map(|topic| check(topic, next)).collect(),
        Err(error) => vec![Check::refused(NAME, &error)],
    }
}

fn check(topic: &Topic, next: &NextCommand) -> Check {
    let name = topic.name();
    let subscriptions = match &topic.subscriptions {
        Probe::Known(subscriptions) => subscriptions,
        Probe::Unknown { needs, could_not_tell } => {
            let why =
                needs.map_or_else(|| could_not_tell.clone(), |needs| format!("needs {needs}"));
            return Check::could_not_tell(NAME, format!("{name}: {why}"));
        }
    };
    let hearing = Hearing::of(subscriptions.as_ref());
    let sentence = format!("{name}: {}", hearing.sentence);
    if subscriptions.is_none() {
        let up = next.code(&["up", "--revert-drift"]);
        return Check::error(NAME, sentence).hint(format!("{up} creates it again"));
    }
    let arn = &topic.arn;
    let region = arn.split(':').nth(3).unwrap_or_default();
    if hearing.deaf {
        return Check::error(NAME, sentence).hint(format!(
            "confirm the subscription by the mail from AWS; to send that mail again: \
             `aws sns subscribe --region {region} --topic-arn {arn} --protocol email --notification-endpoint ADDRESS`"
        ));
    }
    if hearing.lost {
        return Check::warning(NAME, sentence).hint(format!(
            "`aws sns list-subscriptions-by-topic --region {region} --topic-arn {arn}` lists the remaining subscriptions"
        ));
    }
    Check::ok(NAME, sentence)
}
