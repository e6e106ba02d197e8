//! Generates random scenarios.

use std::time::Duration;

use handler::executions::{EndStatus, HistoryEvent};
use handler::on_failure::OnFailure;
use handler::origin::Origin;
use handler::rule::Rule;

use super::mail::Mail;
use super::scenario::{
    Inherited, NO_VERDICT, STATE, Scenario, Settings, ends, exits, machine, records, succeeds,
    verdict,
};
use super::scheduler::Scheduler;

/// Generates a scenario.
pub(crate) fn scenario(scheduler: &mut impl Scheduler, mail: &Mail) -> Scenario {
    let settings = (0..=scheduler.choose(3)).map(|_| settings(scheduler)).collect();
    let mut script = script(scheduler);
    let recorded_by_machine = own_record(&mut script, scheduler);
    let asynchronous = scheduler.happens(15) && !mail.is_from_ses();
    Scenario {
        rule: if asynchronous { Rule::Asynchronous } else { Rule::Synchronous },
        recorded_by_machine,
        machine_goes: scheduler.happens(20),
        inherited: match scheduler.choose(10) {
            _ if mail.is_from_ses() => None,
            0 => Some(Inherited::Started),
            1 => Some(Inherited::Claimed),
            _ => None,
        },
        clocks: (0..3).map(|_| *scheduler.pick(&[0, 0, -240, -30, 45, 300])).collect(),
        entry_can_vanish: scheduler.happens(15),
        lasts_long: scheduler.happens(10),
        page_size: *scheduler.pick(&[1, 2, 3, 1000]),
        ..Scenario::new("random", script, settings)
    }
}

fn settings(scheduler: &mut impl Scheduler) -> Settings {
    let origin = match scheduler.choose(2) {
        0 => Origin::Execution,
        _ => Origin::State(STATE.to_owned()),
    };
    Settings {
        machine: machine(if scheduler.happens(25) { "Other" } else { "Flow" }),
        origin,
        on_failure: *scheduler.pick(&OnFailure::ALL),
        wait: Duration::from_millis(*scheduler.pick(&[0, 0, 100, 1_000, 6_000])),
    }
}

/// Some states, then an end, possibly followed by a redrive and more of the same. Or no end.
fn script(scheduler: &mut impl Scheduler) -> Vec<HistoryEvent> {
    let mut script = Vec::new();
    loop {
        for _ in 0..scheduler.choose(4) {
            script.push(match scheduler.choose(6) {
                0 => HistoryEvent::Other,
                1 => HistoryEvent::Exited { state: "Another".to_owned(), output: None },
                2 => HistoryEvent::Exited { state: STATE.to_owned(), output: None },
                _ => exits(&output(scheduler)),
            });
        }
        match scheduler.choose(10) {
            0 => return script,
            1..=5 => {
                script.push(succeeds(&output(scheduler)));
                return script;
            }
            _ => {
                let all = [EndStatus::Failed, EndStatus::TimedOut, EndStatus::Aborted];
                script.push(ends(*scheduler.pick(&all)));
            }
        }
        if scheduler.happens(40) {
            return script;
        }
        // While a redrive is pending, the execution counts as running.
        if scheduler.happens(20) {
            script.push(HistoryEvent::Other);
        }
        script.push(HistoryEvent::Redriven);
    }
}

/// Sometimes the state machine records its own verdict as the last step before it succeeds, and
/// sometimes that record is invalid.
fn own_record(script: &mut Vec<HistoryEvent>, scheduler: &mut impl Scheduler) -> String {
    match script.last().cloned() {
        Some(HistoryEvent::Succeeded { output: Some(output) }) if scheduler.happens(20) => {
            script.insert(script.len() - 1, records());
            if scheduler.happens(20) { NO_VERDICT.to_owned() } else { output }
        }
        _ => String::new(),
    }
}

fn output(scheduler: &mut impl Scheduler) -> String {
    match scheduler.choose(6) {
        0 => NO_VERDICT.to_owned(),
        1 => "null".to_owned(),
        other => verdict(["one", "two", "three", "four"][other - 2]),
    }
}
