//! Random scenarios.

use std::time::Duration;

use handler::executions::{EndStatus, HistoryEvent};
use handler::on_failure::OnFailure;
use handler::origin::Origin;

use super::chooser::Chooser;
use super::scenario::{
    Inherited, NO_VERDICT, STATE, Scenario, Settings, ends, exits, machine, records, succeeds,
    verdict,
};

/// Draws a scenario.
pub(crate) fn scenario(chooser: &mut impl Chooser) -> Scenario {
    let settings = (0..=chooser.choose(3)).map(|_| settings(chooser)).collect();
    let mut script = script(chooser);
    let recorded_by_machine = own_record(&mut script, chooser);
    Scenario {
        recorded_by_machine,
        machine_goes: chooser.happens(20),
        inherited: match chooser.choose(10) {
            0 => Some(Inherited::Started),
            1 => Some(Inherited::Claimed),
            _ => None,
        },
        clocks: (0..3).map(|_| *chooser.pick(&[0, 0, -240, -30, 45, 300])).collect(),
        entry_can_vanish: chooser.happens(15),
        lasts_long: chooser.happens(10),
        page_size: *chooser.pick(&[1, 2, 3, 1000]),
        ..Scenario::new("random", script, settings)
    }
}

fn settings(chooser: &mut impl Chooser) -> Settings {
    let origin = match chooser.choose(2) {
        0 => Origin::Execution,
        _ => Origin::State(STATE.to_owned()),
    };
    Settings {
        machine: machine(if chooser.happens(25) { "Other" } else { "Flow" }),
        origin,
        on_failure: *chooser.pick(&OnFailure::ALL),
        wait: Duration::from_millis(*chooser.pick(&[0, 0, 100, 1_000, 6_000])),
    }
}

/// Some states, then an end, perhaps a redrive and the same again; or no end at all.
fn script(chooser: &mut impl Chooser) -> Vec<HistoryEvent> {
    let mut script = Vec::new();
    loop {
        for _ in 0..chooser.choose(4) {
            script.push(match chooser.choose(6) {
                0 => HistoryEvent::Other,
                1 => HistoryEvent::Exited { state: "Another".to_owned(), output: None },
                2 => HistoryEvent::Exited { state: STATE.to_owned(), output: None },
                _ => exits(&output(chooser)),
            });
        }
        match chooser.choose(10) {
            0 => return script,
            1..=5 => {
                script.push(succeeds(&output(chooser)));
                return script;
            }
            _ => {
                let all = [EndStatus::Failed, EndStatus::TimedOut, EndStatus::Aborted];
                script.push(ends(*chooser.pick(&all)));
            }
        }
        if chooser.happens(40) {
            return script;
        }
        // While a redrive is pending the execution counts as running.
        if chooser.happens(20) {
            script.push(HistoryEvent::Other);
        }
        script.push(HistoryEvent::Redriven);
    }
}

/// Sometimes the state machine records its verdict itself, as the last step before it succeeds, and
/// sometimes it does that wrong.
fn own_record(script: &mut Vec<HistoryEvent>, chooser: &mut impl Chooser) -> String {
    match script.last().cloned() {
        Some(HistoryEvent::Succeeded { output: Some(output) }) if chooser.happens(20) => {
            script.insert(script.len() - 1, records());
            if chooser.happens(20) { NO_VERDICT.to_owned() } else { output }
        }
        _ => String::new(),
    }
}

fn output(chooser: &mut impl Chooser) -> String {
    match chooser.choose(6) {
        0 => NO_VERDICT.to_owned(),
        1 => "null".to_owned(),
        other => verdict(["one", "two", "three", "four"][other - 2]),
    }
}
