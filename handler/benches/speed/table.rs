//! The tables, in Markdown, so that they can be copied to the documentation.

use std::fmt::Write;

use crate::measure::{Measured, Row};
use crate::original;
use crate::path::{Path, Transport};
use crate::programs::{self, Programs};
use crate::samples::Samples;

/// The sizes of the programs.
pub(crate) fn sizes(programs: &Programs) -> String {
    let mut text = "| program | bytes | zip |\n| --- | ---: | ---: |\n".to_owned();
    for (name, program) in [("handler", &programs.bootstrap), ("floor", &programs.floor)] {
        let (bytes, zip) = programs::sizes(program);
        writeln!(text, "| {name}, for this machine | {bytes} | {zip} |").unwrap();
    }
    text
}

/// All rows, with times in milliseconds and their ratios to the floor.
pub(crate) fn all_rows(rows: &[Row]) -> String {
    let mut text = "| path | cold (× floor) | first (× floor) | warm p50 / p90 / p99 (× floor) \
                    | CPU init / first / warm | peak MiB | AWS calls | new connections |\n\
                    | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        .to_owned();
    for row in rows {
        let Row { handler, floor, traffic, .. } = row;
        let transport = if row.transport == Transport::Tls { "TLS" } else { "HTTP" };
        let name = format!("{}, {transport}", row.path.name());
        let times = times(handler, Some(floor));
        let calls = Row::per_invocation(traffic.calls);
        let connections = Row::per_invocation(traffic.connections);
        writeln!(text, "| {name} {times} | {calls:.2} | {connections:.2} |").unwrap();
    }
    if let Some(row) = rows.first() {
        writeln!(text, "| floor, beside the first row {} | 0 | 0 |", times(&row.floor, None))
            .unwrap();
    }
    text
}

fn times(measured: &Measured, floor: Option<&Measured>) -> String {
    let ratio = |of: fn(&Measured) -> &Samples| {
        floor.map_or(String::new(), |floor| format!(" ({:.1})", of(measured).times(of(floor))))
    };
    format!(
        "| {:.2}{} | {:.2}{} | {:.2} / {:.2} / {:.2}{} | {:.2} / {:.2} / {:.2} | {:.1}",
        measured.cold.median(),
        ratio(|of| &of.cold),
        measured.first.median(),
        ratio(|of| &of.first),
        measured.warm.median(),
        measured.warm.percentile(90),
        measured.warm.percentile(99),
        ratio(|of| &of.warm),
        measured.cpu_of_init.median(),
        measured.cpu_of_first.median(),
        measured.cpu_of_warm.median(),
        mebibytes(measured.peak_memory),
    )
}

/// A new and done message over TLS, compared with the medians of the original.
pub(crate) fn comparison_with_the_original(rows: &[Row]) -> String {
    let row = rows
        .iter()
        .find(|row| row.path == Path::NewAndDone && row.transport == Transport::Tls)
        .unwrap();
    let of = &row.handler;
    let mut text = "| new and done, TLS | original | handler | times better |\n\
                    | --- | ---: | ---: | ---: |\n"
        .to_owned();
    for (name, original, ours) in [
        ("cold start, ms", original::COLD, of.cold.median()),
        ("first invocation, ms", original::FIRST, of.first.median()),
        ("both, ms", original::COLD_AND_FIRST, of.cold_and_first.median()),
        ("warm invocation p50, ms", original::WARM, of.warm.median()),
        ("warm invocation p99, ms", original::WARM_P99, of.warm.percentile(99)),
        ("CPU per warm invocation, ms", original::CPU_OF_WARM, of.cpu_of_warm.median()),
        ("peak memory, MiB", original::PEAK_MEMORY, mebibytes(of.peak_memory)),
    ] {
        writeln!(text, "| {name} | {original:.1} | {ours:.2} | {:.0} |", original / ours).unwrap();
    }
    text
}

fn mebibytes(kibibytes: u64) -> f64 {
    kibibytes as f64 / 1024.0
}
