//! The option that writes a result as a page for a browser.

use std::path::PathBuf;

use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::atomic_write;

/// The file of the page.
#[derive(Debug, Clone, clap::Args)]
pub struct PageArgs {
    /// Write the result as a page for a browser: one file, without scripts
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

impl PageArgs {
    /// Writes the page, if the option asks for it.
    /// Fails when the file cannot be written.
    pub fn write(&self, page: impl FnOnce() -> String) -> Result<(), CommandError> {
        let Some(file) = &self.html else { return Ok(()) };
        atomic_write(file, page().as_bytes()).map_err(|error| {
            CommandError::new(Exit::Failed, error.of("the page "))
                .hint("name a writable file with --html")
        })
    }
}
