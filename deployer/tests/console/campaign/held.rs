//! What must hold after all commands have ended, whatever they did to each other.

use std::collections::BTreeSet;

use cloud::memory::{Deed, Done};
use serde_json::Value;

use super::command::{Ended, Misfortune, ORIGINAL, What};
use crate::session::{BUCKET, ConsoleSession};

/// Checks everything, and marks what happened.
pub(super) fn check(
    session: &ConsoleSession,
    ended: &[Ended],
    marks: &mut BTreeSet<&'static str>,
) -> Result<(), String> {
    ended.iter().for_each(|one| mark(one, marks));
    let deeds = session.cloud.deeds();
    for (at, deed) in deeds.iter().enumerate() {
        let Some(by) = deed.by else { continue };
        let by = ended.iter().find(|one| one.order.number == by);
        let by = by.ok_or("a deed of nobody")?;
        match &deed.what {
            Done::Executed { template, .. } => {
                marks.insert("executed");
                agreed(by, template)?;
            }
            Done::Withdrawn { change_set, .. } => own(by, change_set, &deeds[..at])?,
            Done::Deleted { stack, change_sets } => {
                deleted(by, stack, change_sets, &deeds[..at], marks)?;
            }
            Done::Prepared { .. } | Done::Listed { .. } => {}
        }
    }
    for stack in session.cloud.stack_names() {
        let is_ours = !is_foreign(session, &stack);
        if let Some(deployed) = session.cloud.template_text(&stack).filter(|_| is_ours) {
            artifacts_are_there(session, &stack, &deployed)?;
        }
        for (change_set, template) in session.cloud.change_set_templates(&stack) {
            match artifacts_are_there(session, &stack, &template) {
                Err(_) if never_looked(&change_set, ended, &deeds) => {
                    marks.insert("left without artifact");
                }
                checked => checked?,
            }
        }
        if is_ours && session.cloud.status(&stack).is_some_and(|status| status.is_stable()) {
            is_installed(session, &stack)?;
        }
    }
    prepared_are_there(session, ended, &deeds)
}

fn mark(ended: &Ended, marks: &mut BTreeSet<&'static str>) {
    let Ended { order, printed } = ended;
    marks.insert(match order.what {
        What::Up(_) => "up",
        What::Adopt(_) => "adopt",
        What::Prepare => "prepare",
        What::Down(_) => "down",
        What::Recover => "recover",
        What::Cancel => "cancel",
    });
    let Some(printed) = printed else {
        marks.insert("killed");
        return;
    };
    match order.answer() {
        Some("y\n") => drop(marks.insert("answered yes")),
        Some(_) => drop(marks.insert("answered no")),
        None => {}
    }
    match printed.code {
        0 if order.what == What::Prepare => drop(marks.insert("prepared")),
        0 => {}
        6 if printed.err.contains("not confirmed: the change set") => {
            marks.insert("declined");
        }
        _ => drop(marks.insert("refused")),
    }
    let is_expired = printed.err.contains("ExpiredToken");
    if matches!(order.misfortune, Misfortune::Expired(_)) && is_expired {
        marks.insert("expired");
    }
}

/// What is executed is what the person who executes it agreed to.
fn agreed(by: &Ended, template: &str) -> Result<(), String> {
    let template: Value = serde_json::from_str(template).unwrap();
    let memory = &template["Resources"]["MfsmFunction"]["Properties"]["MemorySize"];
    match by.order.agrees() && *memory == by.order.memory() {
        true => Ok(()),
        false => Err(format!("{:?} executed a template with {memory} MB", by.order)),
    }
}

/// A change set is withdrawn by the command that made it.
fn own(by: &Ended, change_set: &str, before: &[Deed]) -> Result<(), String> {
    let made = before.iter().rev().find(
        |deed| matches!(&deed.what, Done::Prepared { change_set: one, .. } if one == change_set),
    );
    match made.and_then(|deed| deed.by) == Some(by.order.number) {
        true => Ok(()),
        false => Err(format!("{:?} withdrew {change_set} of another", by.order)),
    }
}

/// A stack is deleted by a person who agreed to that, or with nothing of another in it.
fn deleted(
    by: &Ended,
    stack: &str,
    change_sets: &[String],
    before: &[Deed],
    marks: &mut BTreeSet<&'static str>,
) -> Result<(), String> {
    let order = &by.order;
    if matches!(order.what, What::Down(_) | What::Cancel) {
        return match order.agrees() {
            true => Ok(()),
            false => Err(format!("{order:?} deleted {stack} without being asked to")),
        };
    }
    // Between the list of change sets and the deletion there is a moment, and AWS has no condition for it.
    let listed = before.iter().rposition(|deed| {
        deed.by == Some(order.number) && matches!(&deed.what, Done::Listed { .. })
    });
    let unseen = |name: &String| {
        listed.is_some_and(|listed| {
            before[listed..].iter().any(|deed| {
                matches!(&deed.what, Done::Prepared { change_set, .. } if change_set == name)
            })
        })
    };
    let lost: Vec<_> = change_sets.iter().filter(|name| !unseen(name)).collect();
    if !change_sets.is_empty() && lost.is_empty() {
        marks.insert("between list and deletion");
    }
    match lost.is_empty() {
        true => Ok(()),
        false => Err(format!("{order:?} deleted {stack} with {lost:?}")),
    }
}

/// Whether the stack is still the original's.
pub(super) fn is_foreign(session: &ConsoleSession, stack: &str) -> bool {
    let tags = session.cloud.stack_tags(stack);
    stack == ORIGINAL
        && session.cloud.status(stack).is_some()
        && !tags.contains_key("message-flow:managed-by")
}

/// The handler that a template names is in the bucket, and is what the name says.
fn artifacts_are_there(
    session: &ConsoleSession,
    stack: &str,
    template: &str,
) -> Result<(), String> {
    let template: Value = serde_json::from_str(template).unwrap();
    let code = &template["Resources"]["MfsmFunction"]["Properties"]["Code"];
    let (Some(bucket), Some(key)) = (code["S3Bucket"].as_str(), code["S3Key"].as_str()) else {
        return Err(format!("{stack} names no code"));
    };
    if bucket != BUCKET {
        return Ok(());
    }
    let version = code["S3ObjectVersion"].as_str();
    let found = session.cloud.object_sha256(bucket, key, version);
    match found.as_deref().is_some_and(|sha256| key.contains(sha256)) {
        true => Ok(()),
        false => Err(format!("{stack} names {key}, version {version:?}, which is not there")),
    }
}

/// Whether the command that created a change set could not look afterward whether its artifact is still there: it was
/// killed, or its credentials expired. Creating the change set and looking are two calls.
fn never_looked(change_set: &str, ended: &[Ended], deeds: &[Deed]) -> bool {
    let made = deeds.iter().rev().find(
        |deed| matches!(&deed.what, Done::Prepared { change_set: one, .. } if one == change_set),
    );
    let maker = made.and_then(|deed| deed.by);
    let maker = ended.iter().find(|one| Some(one.order.number) == maker);
    maker.is_some_and(|one| match &one.printed {
        None => true,
        Some(printed) => printed.code != 0 && printed.err.contains("ExpiredToken"),
    })
}

/// The function runs the handler that the template names.
pub(super) fn is_installed(session: &ConsoleSession, stack: &str) -> Result<(), String> {
    let template = session.cloud.template_text(stack).unwrap_or_default();
    let Some(running) = session.cloud.code_sha256(stack, "MfsmFunction") else {
        return Err(format!("{stack} has no function"));
    };
    match template.contains(&format!("/{running}")) {
        true => Ok(()),
        false => Err(format!("{stack} runs {running}, which its template does not name")),
    }
}

/// A change set that was prepared is there, unless its stack was changed or removed by somebody who agreed to that.
fn prepared_are_there(
    session: &ConsoleSession,
    ended: &[Ended],
    deeds: &[Deed],
) -> Result<(), String> {
    let is_done = |one: &&Ended| {
        one.order.what == What::Prepare && one.printed.as_ref().is_some_and(|one| one.code == 0)
    };
    for Ended { order, .. } in ended.iter().filter(is_done) {
        let name = order.prepared();
        let made = deeds.iter().position(
            |deed| matches!(&deed.what, Done::Prepared { change_set, .. } if *change_set == name),
        );
        // There was nothing to change.
        let Some(made) = made else { continue };
        let is_over = deeds[made..].iter().any(|deed| match &deed.what {
            Done::Executed { stack, .. } | Done::Deleted { stack, .. } => stack == order.stack,
            Done::Withdrawn { change_set, .. } => *change_set == name,
            Done::Prepared { .. } | Done::Listed { .. } => false,
        });
        if !is_over && !session.cloud.change_set_names(order.stack).contains(&name) {
            return Err(format!("{name} of {order:?} is gone"));
        }
    }
    Ok(())
}
