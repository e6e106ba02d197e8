//! Whose credentials these are.

use super::{Check, Target};
use crate::finding::Finding;
use cloud::{Caller, Cloud, ErrorKind};

const NAME: &str = "credentials";

/// The caller, where there is one and it belongs to the organization's account; else why nothing more can be
/// asked.
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
                _ => "check the network, the region and --endpoint-url",
            };
            let sentence = Finding::of_error(NAME, "", &error).sentence;
            return (Err("nobody knows who asks"), vec![Check::error(NAME, sentence).hint(hint)]);
        }
    };
    let who = Check::ok(NAME, format!("you are {}", caller.arn));
    let wanted = target.organizations.ok().map(|organizations| organizations.account());
    match wanted {
        Some(wanted) if wanted != caller.account => {
            let sentence = format!(
                "the credentials are for account {}, but the organization belongs to account {wanted}",
                caller.account
            );
            let account =
                Check::error("account", sentence).hint("--profile NAME chooses other credentials");
            (Err("the credentials are for another account"), vec![who, account])
        }
        wanted => {
            let whose = if wanted.is_some() { ", the organization's" } else { "" };
            let account = Check::ok("account", format!("{}{whose}", caller.account));
            (Ok(caller), vec![who, account])
        }
    }
}
