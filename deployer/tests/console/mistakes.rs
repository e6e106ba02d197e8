//! Mistakes made on purpose in many definitions, of which the checker finds at least 98 of 100 as errors in their line.
//! `cargo mistakes` makes all of them (docs/reference/state-language.md).

#[path = "../mistakes/mod.rs"]
mod campaign;

use campaign::{Definition, Extent, play};

#[test]
fn mistakes_are_found_where_they_are_and_definitions_without_any_are_accepted() {
    let report = play(&Definition::all(), Extent::of("some"));
    assert_eq!(report.false_alarms, [""; 0]);
    assert!(report.originals >= 60, "the definitions are not where this test looks for them");
    assert!(report.kinds() >= 100 && report.made() > 800, "{report}");
    assert!(report.in_line() * 100 >= report.made() * 98, "{report}");
}
