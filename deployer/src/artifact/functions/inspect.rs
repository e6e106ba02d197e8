//! Determines whether Lambda could run a packed function, before it is uploaded. Does not run anything.

use std::io::{Cursor, Read};

use object::elf;
use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::build::Target;
use crate::artifact::architecture::Architecture;
use crate::artifact::archive::BOOTSTRAP;
pub(super) use crate::artifact::inspect::UNZIPPED_LIMIT;
use crate::flow::{FlowFunction, Language};

/// Why Lambda could not run a package.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    #[error("it cannot be read as a zip archive")]
    Zip(#[from] ZipError),
    #[error("an entry of the zip archive cannot be unpacked")]
    Unpack(#[from] std::io::Error),
    #[error("too large: {0} bytes unpacked; the maximum for Lambda is {UNZIPPED_LIMIT}")]
    TooLarge(u128),
    #[error("its handler is `{handler}`, but there is no {expected}")]
    NoHandler { handler: String, expected: String },
    #[error("{entry} is for {found}, and the function is for {wanted}")]
    OtherProcessor { entry: String, found: String, wanted: &'static str },
    #[error("{entry} is for Python {found}, and the function's runtime is Python {wanted}")]
    OtherPython { entry: String, found: String, wanted: String },
    /// Lambda runs functions as a user that does not own the files.
    #[error(
        "{entry} cannot be read by Lambda's user: its mode in the zip archive is {mode:03o}, not {expected}"
    )]
    Mode { entry: String, mode: u32, expected: &'static str },
}

/// Inspects a zip archive in the form in which it would be uploaded.
/// Error: the first reason why Lambda could not run it.
pub(super) fn inspect(zip: &[u8], function: &FlowFunction, target: &Target) -> Result<(), Unfit> {
    let mut archive = ZipArchive::new(Cursor::new(zip))?;
    if let Some(size) = archive.decompressed_size().filter(|size| *size > UNZIPPED_LIMIT.into()) {
        return Err(Unfit::TooLarge(size));
    }
    handler(function, |name| archive.index_for_name(name).is_some())?;
    for index in 0..archive.len() {
        let entry = archive.by_index(index)?;
        // On this machine, the machine itself says what it cannot run.
        if *target == Target::Lambda {
            check_entry(entry, function)?;
        }
    }
    Ok(())
}

/// Checks that a file with the handler is there.
pub(super) fn handler(
    function: &FlowFunction,
    is_there: impl Fn(&str) -> bool,
) -> Result<(), Unfit> {
    let settings = &function.settings;
    let expected = settings.runtime.files_of(&settings.handler);
    if expected.is_empty() || expected.iter().any(|name| is_there(name)) {
        return Ok(());
    }
    Err(Unfit::NoHandler { handler: settings.handler.clone(), expected: expected.join(" and no ") })
}

/// How much of a file says which processor it is for.
const HEADER: u64 = 20;

fn check_entry(mut entry: ZipFile<'_, impl Read>, function: &FlowFunction) -> Result<(), Unfit> {
    let name = format!("`{}`", entry.name()?.escape_debug());
    let mode = entry.unix_mode().unwrap_or_default();
    let is_program =
        entry.name()? == BOOTSTRAP && function.settings.runtime.language == Language::Program;
    let (needed, expected) = match entry.is_dir() || is_program {
        true => (0o005, "755"),
        false => (0o004, "644"),
    };
    // Archives that are made on Windows have no modes, and Lambda accepts them; a program needs
    // one.
    if mode & needed != needed && (mode != 0 || is_program) {
        return Err(Unfit::Mode { entry: name, mode: mode & 0o777, expected });
    }
    let is_library = entry.name()?.ends_with(".so");
    if !is_program && !is_library {
        return Ok(());
    }
    check_python(&entry.name()?, &name, function)?;
    let mut header = Vec::new();
    entry.by_ref().take(HEADER).read_to_end(&mut header)?;
    if header.starts_with(&elf::ELFMAG)
        && let Some(machine) = header.get(18..20)
    {
        let machine = u16::from_le_bytes([machine[0], machine[1]]);
        let found = Architecture::of_machine(elf::Machine(machine)).map(|it| it.to_string());
        let wanted = function.settings.architecture;
        if found.as_deref() != Some(wanted) {
            let found =
                found.unwrap_or_else(|| format!("another processor (ELF machine {machine})"));
            return Err(Unfit::OtherProcessor { entry: name, found, wanted });
        }
    }
    Ok(())
}

/// A library for one version of Python has the version in its name: `x.cpython-313-aarch64-linux-gnu.so`.
fn check_python(path: &str, name: &str, function: &FlowFunction) -> Result<(), Unfit> {
    let Language::Python(wanted) = &function.settings.runtime.language else { return Ok(()) };
    let tag = path.split(".cpython-").nth(1).and_then(|rest| rest.split(['-', '.']).next());
    let Some((major, minor)) = tag.and_then(|tag| tag.split_at_checked(1)) else { return Ok(()) };
    let found = format!("{major}.{minor}");
    if found == *wanted {
        return Ok(());
    }
    Err(Unfit::OtherPython { entry: name.to_owned(), found, wanted: wanted.clone() })
}
