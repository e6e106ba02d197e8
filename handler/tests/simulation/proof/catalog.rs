//! The scenarios that are explored exhaustively.

use handler::executions::{EndStatus, HistoryEvent};
use handler::on_failure::OnFailure;
use handler::rule::Rule;

use super::scenario::{
    Inherited, NO_VERDICT, Scenario, Settings, ends, exits, records, succeeds, verdict,
};

/// What an execution can do: a name, the script, and the most relevant settings.
fn scripts() -> Vec<(&'static str, Vec<HistoryEvent>, Vec<Settings>)> {
    let (one, two) = (verdict("one"), verdict("two"));
    let (plain, of_state) = (Settings::new(), Settings::new().of_state());
    let drops = |settings: &Settings| settings.clone().policy(OnFailure::Drop);
    vec![
        ("succeeds", vec![succeeds(&one)], vec![plain.clone(), of_state.clone()]),
        ("has no verdict", vec![succeeds(NO_VERDICT)], vec![plain.clone(), drops(&plain)]),
        ("fails", vec![ends(EndStatus::Failed)], vec![plain.clone(), drops(&plain)]),
        (
            "is redriven and succeeds",
            vec![ends(EndStatus::TimedOut), HistoryEvent::Redriven, succeeds(&one)],
            vec![plain.clone(), drops(&plain), drops(&of_state)],
        ),
        ("passes the state twice", vec![exits(&one), exits(&two)], vec![of_state.clone()]),
        (
            "passes the state and fails",
            vec![exits(&one), ends(EndStatus::Aborted)],
            vec![drops(&of_state), drops(&plain)],
        ),
        (
            "passes the state without a verdict",
            vec![exits(NO_VERDICT), succeeds(&two)],
            vec![of_state.clone(), drops(&of_state)],
        ),
    ]
}

/// Scenarios with changes during the schedule, then every script with its most relevant settings.
pub(crate) fn chosen() -> Vec<Scenario> {
    let steady = scripts().into_iter().flat_map(|(name, script, settings)| {
        settings.into_iter().map(move |settings| steady(name, &script, settings))
    });
    changing().into_iter().chain(asynchronous()).chain(steady).collect()
}

/// Scenarios with changes during the schedule, then every script with every origin and with and
/// without a policy.
pub(crate) fn all() -> Vec<Scenario> {
    let mut scenarios = changing();
    scenarios.extend(asynchronous());
    for (name, script, _) in scripts() {
        for settings in [Settings::new(), Settings::new().of_state()] {
            for policy in [OnFailure::Retry, OnFailure::Drop] {
                scenarios.push(steady(name, &script, settings.clone().policy(policy)));
            }
        }
    }
    scenarios
}

/// The chosen scenarios for a message from SES, which always waits for an answer, and which the
/// original application never got.
pub(crate) fn of_ses() -> Vec<Scenario> {
    let fits = |one: &Scenario| one.rule == Rule::Synchronous && one.inherited.is_none();
    chosen().into_iter().filter(fits).collect()
}

fn steady(name: &str, script: &[HistoryEvent], settings: Settings) -> Scenario {
    let name = format!("{name}, {}, {}", settings.origin, settings.on_failure);
    Scenario::new(&name, script.to_vec(), vec![settings])
}

fn changing() -> Vec<Scenario> {
    let (plain, of_state) = (Settings::new(), Settings::new().of_state());
    let (one, two) = (verdict("one"), verdict("two"));
    let passes_then_succeeds = || vec![exits(&one), succeeds(&two)];
    let redriven = || vec![ends(EndStatus::Failed), HistoryEvent::Redriven, succeeds(&one)];
    let new = Scenario::new;
    let both = |first: &Settings, second: &Settings| vec![first.clone(), second.clone()];
    vec![
        new("origin set meanwhile", passes_then_succeeds(), both(&plain, &of_state)),
        new("origin unset meanwhile", passes_then_succeeds(), both(&of_state, &plain)),
        new("machine replaced", vec![succeeds(&one)], both(&plain, &plain.clone().machine("New"))),
        Scenario {
            machine_goes: true,
            ..new(
                "machine deleted",
                vec![succeeds(&one)],
                both(&plain, &plain.clone().machine("New")),
            )
        },
        new(
            "policy set meanwhile",
            redriven(),
            both(&plain, &plain.clone().policy(OnFailure::Junk)),
        ),
        new(
            "policy changed meanwhile",
            redriven(),
            both(&plain.clone().policy(OnFailure::Default), &plain.clone().policy(OnFailure::Drop)),
        ),
        Scenario {
            inherited: Some(Inherited::Started),
            ..new("entry inherited, started", passes_then_succeeds(), both(&plain, &of_state))
        },
        Scenario {
            inherited: Some(Inherited::Claimed),
            ..new("entry inherited, claimed", passes_then_succeeds(), both(&plain, &of_state))
        },
        Scenario {
            recorded_by_machine: one.clone(),
            ..new("machine records", vec![records(), succeeds(&one)], both(&plain, &of_state))
        },
        Scenario {
            recorded_by_machine: NO_VERDICT.to_owned(),
            ..new("machine records badly", vec![records(), succeeds(&one)], vec![plain.clone()])
        },
        Scenario {
            entry_can_vanish: true,
            ..new("entry can vanish", vec![succeeds(&one)], vec![plain.clone()])
        },
        Scenario {
            entry_can_vanish: true,
            ..new("entry can vanish, policy", redriven(), vec![plain.policy(OnFailure::Bounce)])
        },
    ]
}

/// Scenarios with a rule that waits for no verdict.
fn asynchronous() -> Vec<Scenario> {
    let (plain, of_state) = (Settings::new(), Settings::new().of_state());
    let (one, two) = (verdict("one"), verdict("two"));
    let both = |first: &Settings, second: &Settings| vec![first.clone(), second.clone()];
    let new = Scenario::new;
    vec![
        Scenario {
            rule: Rule::Asynchronous,
            ..new("asynchronous", vec![exits(&one), succeeds(&two)], both(&plain, &of_state))
        },
        Scenario {
            rule: Rule::Asynchronous,
            machine_goes: true,
            ..new(
                "asynchronous, machine deleted",
                vec![ends(EndStatus::Failed)],
                both(&plain, &plain.clone().machine("New")),
            )
        },
        Scenario {
            rule: Rule::Asynchronous,
            inherited: Some(Inherited::Claimed),
            ..new("asynchronous, claimed", vec![succeeds(&one)], vec![plain.clone()])
        },
        Scenario {
            rule: Rule::Asynchronous,
            entry_can_vanish: true,
            ..new(
                "asynchronous, entry can vanish",
                vec![ends(EndStatus::Failed), HistoryEvent::Redriven, succeeds(&one)],
                vec![plain.clone()],
            )
        },
    ]
}
