//! Checks whose credentials are in use.

use super::{Check, Target};
use crate::error::CommandError;
use crate::finding::Finding;
use cloud::{Caller, Cloud, ErrorKind};

const NAME: &str = "credentials";

/// The check if the configuration cannot be used.
pub(super) fn unusable(error: &CommandError) -> Check {
    let chain = std::iter::once(error.source.to_string()).chain(error.causes());
    let check = Check::error(NAME, chain.collect::<Vec<_>>().join(": "));
    match error.hints.is_empty() {
        true => check,
        false => check.hint(error.hints.join("; ")),
    }
}

/// Returns the caller if there is one and it belongs to the organization's account; otherwise, the
/// reason why the other checks cannot run.
pub(super) async fn check(
    cloud: &Cloud,
    target: &Target<'_>,
) -> (Result<Caller, &'static str>, Vec<Check>) {
    let caller = match cloud.identity.caller().await {
        Ok(caller) => caller,
        Err(error) => {
            let hint = match error.kind {
                ErrorKind::Denied => {
                    "`aws sts get-caller-identity` with the same profile must work; --profile NAME \
                     chooses another"
                }
                _ => "check the network, the region, and --endpoint-url",
            };
            let sentence = Finding::of_error(NAME, "", &error).sentence;
            return (Err("the caller is unknown"), vec![Check::error(NAME, sentence).hint(hint)]);
        }
    };
    let who = Check::ok(NAME, format!("you are {}", caller.arn));
    let expected = target.organizations.ok().map(|organizations| organizations.account());
    match expected {
        Some(expected) if expected != caller.account => {
            let sentence = format!(
                "the credentials are for account {}, but the organization belongs to account {expected}",
                caller.account
            );
            let account =
                Check::error("account", sentence).hint("--profile NAME chooses other credentials");
            (Err("the credentials are for another account"), vec![who, account])
        }
        expected => {
            let suffix = if expected.is_some() { ", the organization's" } else { "" };
            let account = Check::ok("account", format!("{}{suffix}", caller.account));
            (Ok(caller), vec![who, account])
        }
    }
}
