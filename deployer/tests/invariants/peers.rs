//! docs/how-it-works/peers.md claims nothing that no test shows.

use std::fs;
use std::path::Path;

const PAGE: &str = include_str!("../../../docs/how-it-works/peers.md");
const CI: &str = include_str!("../../../.ci/run");

/// The rows of both tables, as their cells.
fn rows() -> Vec<Vec<&'static str>> {
    let lines = PAGE.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---"));
    let rows = lines.map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect());
    rows.filter(|cells: &Vec<&str>| cells.last() != Some(&"shown by")).collect()
}

/// The texts between back-ticks of a cell.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn every_row_is_shown_by_what_exists_or_claims_nothing() {
    let rows = rows();
    assert!(rows.len() >= 34 + 25, "{} rows", rows.len());
    for cells in rows {
        assert_eq!(cells.len(), 4, "{cells:?}");
        let proof = cells[3];
        let tests: Vec<&str> = quoted(proof).filter(|name| name.contains("::")).collect();
        for name in &tests {
            assert!(exists(name), "{}: there is no test {name}", cells[0]);
        }
        let steps = steps(proof);
        for step in &steps {
            let begins = format!("begin '{step}'");
            assert!(CI.contains(&begins), "{}: .ci/run has no step {step}", cells[0]);
        }
        let measured = proof.contains("performance.md");
        let shown = !tests.is_empty() || !steps.is_empty() || measured;
        assert!(shown || proof == "not claimed", "{}: nothing shows it", cells[0]);
    }
}

/// What stands behind each mention of `.ci/run`, up to the next test or the end.
fn steps(proof: &str) -> Vec<&str> {
    let mentions = proof.split("`.ci/run`: ").skip(1);
    mentions
        .map(|rest| rest.split(", `").next().unwrap_or_default().trim_end_matches([',', ' ']))
        .collect()
}

/// Whether one of the crates has this test, such as `console/up::a_flow_is_installed`.
fn exists(name: &str) -> bool {
    let Some((file, test)) = name.split_once("::") else { return false };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    ["asl", "cloud", "deployer", "handler"].iter().any(|package| {
        let path = root.join(package).join("tests").join(format!("{file}.rs"));
        let text = fs::read_to_string(path).unwrap_or_default();
        let function = text.find(&format!("fn {test}("));
        function
            .is_some_and(|at| text[..at].lines().rev().take(3).any(|line| line.contains("test")))
    })
}
