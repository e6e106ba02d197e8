//! What came out of the mistakes, as a table.

use std::collections::BTreeMap;
use std::fmt;

use super::{Kind, Mistake, Verdict};

/// What is said of tasks whose permissions a bare definition cannot have: true, and no mistake.
const OF_PERMISSIONS: [&str; 3] = ["task-permission", "dynamic-function", "function-name"];
/// How many mistakes are listed that were not found.
const MOST_LISTED: usize = 60;

/// What came out.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) originals: usize,
    /// What was said of definitions without a mistake.
    pub(crate) false_alarms: Vec<String>,
    kinds: Vec<Row>,
    /// The mistakes that were not found as errors in their line.
    missed: Vec<String>,
}

struct Row {
    name: &'static str,
    why: &'static str,
    made: usize,
    /// As an error, in any line.
    found: usize,
    in_line: usize,
    /// The codes of the errors in the line.
    codes: BTreeMap<&'static str, usize>,
}

impl Report {
    pub(crate) fn original(&mut self, name: &str, verdict: &Verdict) {
        self.originals += 1;
        let errors = verdict.errors.iter().map(|(code, line)| format!("{name}:{line}: {code}"));
        let warnings = verdict.warnings.iter().filter(|code| !OF_PERMISSIONS.contains(code));
        self.false_alarms.extend(errors);
        self.false_alarms.extend(warnings.map(|code| format!("{name}: warning {code}")));
    }

    pub(crate) fn kind(&mut self, kind: &Kind) {
        let (name, why) = (kind.name, kind.why);
        let codes = BTreeMap::new();
        self.kinds.push(Row { name, why, made: 0, found: 0, in_line: 0, codes });
    }

    pub(crate) fn mistake(&mut self, name: &str, mistake: &Mistake, verdict: &Verdict) {
        let row = self.kinds.last_mut().unwrap();
        row.made += 1;
        row.found += usize::from(!verdict.errors.is_empty());
        let in_line = verdict.errors.iter().find(|(_, line)| mistake.lines.contains(line));
        match in_line {
            Some((code, _)) => {
                row.in_line += 1;
                *row.codes.entry(code).or_default() += 1;
            }
            None => {
                let line = mistake.lines.first().unwrap();
                let text = mistake.text.lines().nth(line - 1).unwrap_or_default().trim();
                let errors = &verdict.errors;
                self.missed.push(format!("{}: {name}:{line}: {text}: {errors:?}", row.name));
            }
        }
    }

    /// How many kinds have been made at least once.
    pub(crate) fn kinds(&self) -> usize {
        self.kinds.iter().filter(|row| row.made > 0).count()
    }

    pub(crate) fn made(&self) -> usize {
        self.kinds.iter().map(|row| row.made).sum()
    }

    /// How many were found as errors in the right line.
    pub(crate) fn in_line(&self) -> usize {
        self.kinds.iter().map(|row| row.in_line).sum()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| kind | why Step Functions refuses it | made | found | in its line | codes |"
        )?;
        writeln!(f, "| --- | --- | ---: | ---: | ---: | --- |")?;
        for Row { name, why, made, found, in_line, codes } in &self.kinds {
            let codes: Vec<_> = codes.keys().map(|code| format!("`{code}`")).collect();
            let codes = codes.join(", ");
            writeln!(f, "| {name} | {why} | {made} | {found} | {in_line} | {codes} |")?;
        }
        let (made, in_line) = (self.made(), self.in_line());
        let share = 100.0 * in_line as f64 / made.max(1) as f64;
        let found: usize = self.kinds.iter().map(|row| row.found).sum();
        writeln!(f, "\n{} kinds in {} definitions", self.kinds(), self.originals)?;
        writeln!(
            f,
            "{made} mistakes: {found} found as errors, {in_line} ({share:.2} %) in their line"
        )?;
        writeln!(f, "{} false alarms", self.false_alarms.len())?;
        for alarm in &self.false_alarms {
            writeln!(f, "  {alarm}")?;
        }
        // Without a place, a kind shows nothing.
        for row in self.kinds.iter().filter(|row| row.made == 0) {
            writeln!(f, "never made: {}", row.name)?;
        }
        for missed in self.missed.iter().take(MOST_LISTED) {
            writeln!(f, "missed: {missed}")?;
        }
        Ok(())
    }
}
