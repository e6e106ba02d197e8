//! What Step Functions accepts of a definition, and what can go wrong when it runs: regular expressions of JSONata.

use super::Definition;
use crate::document::pointer;
use crate::finding::Finding;
use asl::Doubt;

impl Definition {
    /// The doubts of the interpreter's reader, as warnings.
    pub(super) fn doubtful(&self, doubts: &[(String, Doubt)]) -> Vec<Finding> {
        let finding = |(at, doubt): &(String, Doubt)| {
            let code = match doubt {
                Doubt::EmptyMatch { .. } => "empty-match",
                Doubt::Slow { .. } => "slow-match",
                Doubt::Java { .. } => "undecided",
            };
            let at = pointer::path(self.document(), at);
            Finding::warning(code, at, doubt.to_string()).fix(doubt.instead())
        };
        doubts.iter().map(finding).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(output: &str) -> Vec<String> {
        let yaml = format!(
            "QueryLanguage: JSONata\nStartAt: A\nStates:\n  A:\n    Type: Pass\n    End: true\n    Output:\n      a: \"{output}\"\n"
        );
        let definition = Definition::from_yaml(&yaml, "test.yaml").unwrap();
        let mut findings = definition.judged(&[]);
        definition.locate(&mut findings);
        let shown = |finding: Finding| {
            let position = finding.position.unwrap();
            let (line, column) = (position.line, position.column);
            format!(
                "{} {} {line}:{column} {}",
                finding.severity,
                finding.code,
                finding.fix.unwrap()
            )
        };
        findings.into_iter().map(shown).collect()
    }

    #[test]
    fn regular_expressions_that_only_fail_in_a_run_are_found_with_line_and_column() {
        for (expression, expected) in [
            ("$replace('a', /x*/, '')", "warning empty-match 8:7 let it match"),
            ("$contains('a', /^(a+)+$/)", "warning slow-match 8:7 let it match"),
            ("$contains('a', /[^]/)", "warning undecided 8:7 write"),
            ("$contains('a', /a++/)", "error refused 8:7 correct it"),
        ] {
            let found = found(&format!("{{% {expression} %}}"));
            assert_eq!(found.len(), 1, "{expression}: {found:?}");
            assert!(found[0].starts_with(expected), "{expression}: {found:?}");
        }
    }
}
