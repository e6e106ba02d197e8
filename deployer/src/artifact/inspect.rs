//! Determines whether Lambda could start a handler, before it is uploaded. Does not run anything.
//!
//! Imports only from this folder, because the build script includes this file too.

use std::fmt;
use std::io::{Cursor, Read};
use std::str::FromStr;

use object::LittleEndian;
use object::elf::{self, FileHeader64};
use object::read::elf::{FileHeader, ProgramHeader};
use zip::ZipArchive;
use zip::result::ZipError;

use super::architecture::Architecture;
use super::archive::BOOTSTRAP;

/// The glibc of Amazon Linux 2023, on which `provided.al2023` is based
/// (docs.aws.amazon.com/linux/al2023/ug/compare-with-al2.html, "glibc").
pub const GLIBC_OFFERED: GlibcVersion = GlibcVersion { major: 2, minor: 34 };

/// The maximum unzipped size of a function, in bytes
/// (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, "Deployment package").
pub const UNZIPPED_LIMIT: u64 = 250 * 1024 * 1024;

/// A version of the GNU C library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GlibcVersion {
    /// The 2 of 2.34.
    pub major: u32,
    /// The 34 of 2.34.
    pub minor: u32,
}

impl fmt::Display for GlibcVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl GlibcVersion {
    /// Reads a symbol version such as `GLIBC_2.34` or `GLIBC_2.2.5`; `None` for anything else.
    fn of_symbol_version(name: &[u8]) -> Option<Self> {
        // Not a symbol: linkers write this if a loader of 2.36 or later is required.
        if name == b"GLIBC_ABI_DT_RELR" {
            return Some(Self { major: 2, minor: 36 });
        }
        let release = std::str::from_utf8(name).ok()?.strip_prefix("GLIBC_")?;
        let mut numbers = release.split('.').map(u32::from_str);
        Some(Self { major: numbers.next()?.ok()?, minor: numbers.next()?.ok()? })
    }
}

/// The properties of a handler that Lambda can start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inspected {
    pub architecture: Architecture,
    /// The newest glibc release whose symbols it needs; `None` if it is linked statically.
    pub glibc: Option<GlibcVersion>,
}

/// Why Lambda could not start a handler.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    #[error("neither a zip archive nor an ELF program")]
    NeitherZipNorElf,
    /// A script, which could run in Lambda, but not as a handler of this tool.
    #[error("`bootstrap` is a script; a handler is an ELF program for Linux")]
    Script,
    /// It begins like a zip but cannot be read as one.
    #[error("the zip archive cannot be read")]
    Zip(#[source] ZipError),
    /// No entry of the zip has the name that Lambda starts.
    #[error("the zip archive has no entry `bootstrap` at its top level (it has {0})")]
    NoBootstrap(String),
    /// It lacks the permission to be executed by everyone: Lambda runs it as a user that does not own it.
    #[error(
        "`bootstrap` is not executable for Lambda's user: its mode in the zip archive is {0:03o}, not 755"
    )]
    NotExecutable(u32),
    /// Another entry that Lambda's user cannot read.
    #[error(
        "{entry} is not readable for Lambda's user: its mode in the zip archive is {mode:03o}, not {expected}"
    )]
    NotReadable {
        /// Its name, quoted.
        entry: String,
        mode: u32,
        /// The mode that AWS recommends.
        expected: &'static str,
    },
    /// A folder or a link instead of the program.
    #[error("`bootstrap` is {0} in the zip archive; a handler is a file")]
    NoFile(&'static str),
    #[error("too large: {size} bytes unpacked; the maximum for Lambda is {UNZIPPED_LIMIT}")]
    TooLarge {
        /// The unpacked size, in bytes.
        size: u128,
    },
    /// The entry exists, but its content cannot be read.
    #[error("`bootstrap` cannot be unpacked")]
    Unpack(#[source] std::io::Error),
    /// It begins like an ELF file but cannot be read as one.
    #[error("the ELF file cannot be read")]
    Elf(#[source] object::read::Error),
    /// An ELF file, but for another processor or system, or not a program.
    #[error("{0}; a handler is a 64-bit little-endian ELF program for Linux on arm64 or x86_64")]
    OtherElf(String),
    /// Linked for a system with another C library or layout.
    #[error("linked for the loader {found}, which Lambda does not have (it has {expected})")]
    Loader {
        /// The loader that the program needs.
        found: String,
        /// The loader that Lambda has.
        expected: &'static str,
    },
    /// Linked with a newer C library than Lambda's.
    #[error("needs glibc {needed}, but `provided.al2023` has {GLIBC_OFFERED}")]
    GlibcTooNew {
        /// The newest release that a symbol needs.
        needed: GlibcVersion,
    },
}

/// Whether the bytes begin like a zip archive.
pub fn looks_like_zip(bytes: &[u8]) -> bool {
    // The second prefix is that of an archive without entries, which deserves a better error than
    // "not a zip".
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Inspects a zip archive in the form in which it would be uploaded.
/// Error: the first reason why Lambda could not start its content.
pub fn zip(bytes: &[u8]) -> Result<Inspected, Unfit> {
    if !looks_like_zip(bytes) {
        return Err(Unfit::NeitherZipNorElf);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(Unfit::Zip)?;
    if let Some(size) = archive.decompressed_size().filter(|size| *size > UNZIPPED_LIMIT.into()) {
        return Err(Unfit::TooLarge { size });
    }
    if archive.index_for_name(BOOTSTRAP).is_none() {
        return Err(match archive.index_for_name("bootstrap/") {
            Some(_) => Unfit::NoFile("a folder"),
            None => Unfit::NoBootstrap(entries_of(&archive)),
        });
    }
    modes(&mut archive)?;
    let entry = archive.by_name(BOOTSTRAP).map_err(Unfit::Zip)?;
    let mut program = Vec::new();
    // The sizes in the directory may be wrong, so the limit is enforced here again.
    entry.take(UNZIPPED_LIMIT + 1).read_to_end(&mut program).map_err(Unfit::Unpack)?;
    elf(&program)
}

/// Lambda's user is not the owner of the files, so everyone needs permission to read them, and to
/// run `bootstrap`. An archive made on Windows has no such bits.
/// Source: Lambda developer guide, "Deploying Lambda functions as .zip file archives": 644 for files, 755 for
/// folders and programs.
fn modes(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(), Unfit> {
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(Unfit::Zip)?;
        let mode = entry.unix_mode().unwrap_or_default();
        let has = |needed: u32| mode & needed == needed;
        let name = entry.name().map_err(Unfit::Zip)?;
        if name == BOOTSTRAP {
            match mode & FILE_KIND {
                LINK => return Err(Unfit::NoFile("a link")),
                FOLDER => return Err(Unfit::NoFile("a folder")),
                _ if has(0o005) => {}
                _ => return Err(Unfit::NotExecutable(mode & 0o777)),
            }
            continue;
        }
        let (needed, expected) = if entry.is_dir() { (0o005, "755") } else { (0o004, "644") };
        if !has(needed) && mode != 0 {
            let entry = format!("`{}`", name.escape_debug());
            return Err(Unfit::NotReadable { entry, mode: mode & 0o777, expected });
        }
    }
    Ok(())
}

/// The bits of a mode that say what an entry is, and two of their values. Source: inode(7).
const FILE_KIND: u32 = 0o170_000;
const LINK: u32 = 0o120_000;
const FOLDER: u32 = 0o040_000;

/// Inspects a program outside of an archive.
/// Error: the first reason why Lambda could not start it.
pub fn elf(bytes: &[u8]) -> Result<Inspected, Unfit> {
    if bytes.starts_with(b"#!") {
        return Err(Unfit::Script);
    }
    if !bytes.starts_with(&elf::ELFMAG) {
        return Err(Unfit::NeitherZipNorElf);
    }
    if bytes.len() as u128 > UNZIPPED_LIMIT.into() {
        return Err(Unfit::TooLarge { size: bytes.len() as u128 });
    }
    if bytes.get(4..6) != Some(&[elf::ELFCLASS64.0, elf::ELFDATA2LSB.0]) {
        return Err(Unfit::OtherElf("32-bit or big-endian".to_owned()));
    }
    let header = FileHeader64::<LittleEndian>::parse(bytes).map_err(Unfit::Elf)?;
    let architecture = architecture_of(header)?;
    if let Some(found) = loader(header, bytes).map_err(Unfit::Elf)? {
        let expected = architecture.glibc_loader();
        if found != expected.as_bytes() {
            let found = String::from_utf8_lossy(found).into_owned();
            return Err(Unfit::Loader { found, expected });
        }
    }
    let glibc = newest_glibc(header, bytes).map_err(Unfit::Elf)?;
    match glibc {
        Some(needed) if needed > GLIBC_OFFERED => Err(Unfit::GlibcTooNew { needed }),
        _ => Ok(Inspected { architecture, glibc }),
    }
}

/// The first few names in an archive, for a sentence.
fn entries_of(archive: &ZipArchive<Cursor<&[u8]>>) -> String {
    let names: Vec<_> = archive.file_names().flatten().take(4).collect();
    match archive.len() {
        0 => "no entries".to_owned(),
        1..=4 => names.join(", "),
        all => format!("{} and {} more", names.join(", "), all - names.len()),
    }
}

fn architecture_of(header: &FileHeader64<LittleEndian>) -> Result<Architecture, Unfit> {
    let kind = header.e_type(LittleEndian);
    if kind != elf::ET_EXEC && kind != elf::ET_DYN {
        return Err(Unfit::OtherElf(format!("ELF type {} is not a program", kind.0)));
    }
    // Linux programs have 0, or 3 if they use GNU extensions.
    let system = header.e_ident().os_abi;
    if system != elf::ELFOSABI_NONE && system != elf::ELFOSABI_GNU {
        return Err(Unfit::OtherElf(format!("ELF system {} is not Linux", system.0)));
    }
    let machine = header.e_machine(LittleEndian);
    Architecture::of_machine(machine)
        .ok_or_else(|| Unfit::OtherElf(format!("ELF machine {} is another processor", machine.0)))
}

/// The dynamic loader that the program needs; `None` if it is linked statically.
fn loader<'data>(
    header: &FileHeader64<LittleEndian>,
    bytes: &'data [u8],
) -> Result<Option<&'data [u8]>, object::read::Error> {
    for segment in header.program_headers(LittleEndian, bytes)? {
        if let Some(path) = segment.interpreter(LittleEndian, bytes)? {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// The newest glibc release among the symbol versions that the program needs.
fn newest_glibc(
    header: &FileHeader64<LittleEndian>,
    bytes: &[u8],
) -> Result<Option<GlibcVersion>, object::read::Error> {
    let sections = header.sections(LittleEndian, bytes)?;
    let Some((libraries, names)) = sections.gnu_verneed(LittleEndian, bytes)? else {
        return Ok(None);
    };
    let names = sections.strings(LittleEndian, bytes, names)?;
    let mut newest = None;
    for library in libraries {
        let (_, versions) = library?;
        for version in versions {
            let name = version?.name(LittleEndian, names)?;
            newest = newest.max(GlibcVersion::of_symbol_version(name));
        }
    }
    Ok(newest)
}
