//! Formats the tables in Markdown, ready for the documents.

use std::fmt::Write;
use std::fs;

use crate::commands::Row;
use crate::emulator::Trouble;
use crate::figures::Figures;
use crate::rounds::{Rounds, STEPS, Step};
use crate::testbed::TestBed;

/// The size of the program.
pub(crate) fn program(testbed: &TestBed) -> Result<String, Trouble> {
    let about =
        fs::metadata(&testbed.deployer).map_err(|cause| Trouble::of("no program", cause))?;
    Ok(format!("{}: {} bytes\n", testbed.deployer, about.len()))
}

/// The table of both programs, step by step.
pub(crate) fn rounds(rounds: &Rounds) -> String {
    let mut text =
        "| step | program | wall ms, p50 [min-max] | CPU ms | peak MiB | calls | times |\n\
                    | --- | --- | ---: | ---: | ---: | ---: | ---: |\n"
            .to_owned();
    for (step, name) in STEPS.map(name).into_iter().enumerate() {
        let (ours, theirs) = (&rounds.ours.figures[step], &rounds.theirs.figures[step]);
        for (program, steps) in [("deployer", &rounds.ours), ("AWS CLI", &rounds.theirs)] {
            let (figures, calls) = (figures(&steps.figures[step]), steps.calls[step]);
            let times = match program {
                "deployer" => format!("{:.1}", theirs.times(ours)),
                _ => String::new(),
            };
            writeln!(text, "| {name} | {program} | {figures} | {calls} | {times} |")
                .expect("a string takes every byte");
        }
    }
    text
}

fn name(step: Step) -> &'static str {
    match step {
        Step::Create => "create",
        Step::Unchanged => "unchanged",
        Step::Remove => "remove",
    }
}

/// The table of the deployer's command lines.
pub(crate) fn commands(rows: &[Row]) -> String {
    let mut text = "| command | wall ms, p50 [min-max] | CPU ms | peak MiB |\n\
                    | --- | ---: | ---: | ---: |\n"
        .to_owned();
    for Row { command, figures: of } in rows {
        writeln!(text, "| `{command}` | {} |", figures(of)).expect("a string takes every byte");
    }
    text
}

fn figures(of: &Figures) -> String {
    let (median, least, most) = of.wall();
    format!("{median:.1} [{least:.1}-{most:.1}] | {:.1} | {:.1}", of.cpu(), of.peak())
}
