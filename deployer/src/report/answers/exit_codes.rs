//! `exit_codes`: what the exit codes mean.

use serde::Serialize;

use crate::exit::Exit;
use crate::report::{Answer, Reader};

#[derive(Serialize)]
pub struct ExitCodes {
    exit_codes: Vec<ExitCode>,
}

#[derive(Serialize)]
struct ExitCode {
    code: u8,
    meaning: &'static str,
}

impl ExitCodes {
    pub fn all() -> Self {
        let row = |exit: &Exit| ExitCode { code: exit.code(), meaning: exit.meaning() };
        Self { exit_codes: Exit::ALL.iter().map(row).collect() }
    }
}

impl Answer for ExitCodes {
    const KIND: &'static str = "exit_codes";

    fn text(&self, _: &Reader<'_>) -> Option<String> {
        Some(Exit::table())
    }
}
