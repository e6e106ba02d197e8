//! The package of a function: what is uploaded, and what it was made from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use zip::result::ZipError;

use super::build::{BuildError, Builder, Target};
use super::cache::Cached;
use super::code::{self, CodeError, CodeFile};
use super::inspect::{self, Unfit};
use super::pack::zip_of;
use crate::config::FunctionName;
use crate::digest::sha256;
use crate::files::text::read_at_most;
use crate::flow::{Build, CodeSource, FlowFunction};

/// The packed code of a function, which Lambda can run as far as its files show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    pub name: FunctionName,
    pub zip: Vec<u8>,
    /// SHA-256 of the zip in lowercase hexadecimal digits; identifies the code.
    pub digest: String,
    /// The first [`MARK`] digits of the SHA-256 of each file that a person wrote, by path.
    pub sources: BTreeMap<String, String>,
}

/// How many digits of a digest distinguish two versions of a file.
const MARK: usize = 12;

/// Where and for what packages are made.
pub struct Workshop<'a> {
    /// The folder for what was built; nothing is kept without one.
    pub cache: Option<PathBuf>,
    pub target: Target,
    /// Called with the function and what is run for it, before a build, which can take long.
    pub on_build: &'a (dyn Fn(&FunctionName, &str) + Sync),
}

impl fmt::Debug for Workshop<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workshop")
            .field("cache", &self.cache)
            .field("target", &self.target)
            .finish()
    }
}

/// Why a function cannot be packed.
#[derive(Debug, thiserror::Error)]
#[error("function {function} cannot be packed")]
pub struct PackageError {
    pub function: FunctionName,
    #[source]
    pub reason: Box<Reason>,
}

/// What prevents it.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    #[error(transparent)]
    Code(#[from] CodeError),
    #[error(transparent)]
    Build(#[from] BuildError),
    #[error("its files cannot be packed")]
    Pack(#[from] ZipError),
    #[error(transparent)]
    Unfit(#[from] Unfit),
}

/// Packs all functions, in their order.
/// Fails at the first one that cannot be packed.
pub fn package_all(
    functions: &[FlowFunction],
    workshop: &Workshop<'_>,
) -> Result<Vec<Package>, PackageError> {
    functions.iter().map(|function| package(function, workshop)).collect()
}

/// Packs a function: builds it if it has dependencies, and inspects the result.
/// Fails when a file cannot be read, a build fails, or Lambda could not run the result.
pub fn package(function: &FlowFunction, workshop: &Workshop<'_>) -> Result<Package, PackageError> {
    made(function, workshop).map_err(|reason| PackageError {
        function: function.name.clone(),
        reason: Box::new(reason),
    })
}

/// The package of a function as far as it is known without a build: packed if nothing has to be
/// built, otherwise without its code.
/// Fails when a file cannot be read, or Lambda could not run the result, as far as the files show.
pub fn outline(function: &FlowFunction) -> Result<Package, PackageError> {
    let failed =
        |reason| PackageError { function: function.name.clone(), reason: Box::new(reason) };
    let silent = |_: &FunctionName, _: &str| ();
    let workshop = Workshop { cache: None, target: Target::Lambda, on_build: &silent };
    let builder = match &function.settings.build {
        Build::Prebuilt(_) => Builder::Files,
        _ => {
            let files = code::files(&function.code).map_err(|error| failed(error.into()))?;
            let builder = Builder::of(function, &files).map_err(|error| failed(error.into()))?;
            if matches!(builder, Builder::Python | Builder::Node) {
                let is_there = |name: &str| files.iter().any(|file| file.path == name);
                inspect::handler(function, is_there).map_err(|error| failed(error.into()))?;
            }
            builder
        }
    };
    if builder == Builder::Files {
        return package(function, &workshop);
    }
    let (name, zip, sources) = (function.name.clone(), Vec::new(), BTreeMap::new());
    Ok(Package { name, digest: sha256(&zip), zip, sources })
}

fn made(function: &FlowFunction, workshop: &Workshop<'_>) -> Result<Package, Reason> {
    let (zip, sources) = match prebuilt(function)? {
        Some(Prebuilt::Zip { name, zip }) => {
            let sources = BTreeMap::from([(name, mark(&zip))]);
            (zip, sources)
        }
        Some(Prebuilt::Folder(files)) => (zip_of(&files)?, marks(&files)),
        None => {
            let files = code::files(&function.code)?;
            let sources = marks(&files);
            (built(function, files, workshop)?, sources)
        }
    };
    inspect::inspect(&zip, function, &workshop.target)?;
    Ok(Package { name: function.name.clone(), digest: sha256(&zip), zip, sources })
}

/// What `code` names.
enum Prebuilt {
    Zip { name: String, zip: Vec<u8> },
    Folder(Vec<CodeFile>),
}

fn prebuilt(function: &FlowFunction) -> Result<Option<Prebuilt>, Reason> {
    let Build::Prebuilt(name) = &function.settings.build else { return Ok(None) };
    let CodeSource::Folder(folder) = &function.code else {
        return Err(BuildError::BuiltIn("the code").into());
    };
    let path = folder.join(name);
    if path.is_dir() {
        return Ok(Some(Prebuilt::Folder(code::all_files(&path)?)));
    }
    let zip = read_at_most(&path, inspect::UNZIPPED_LIMIT)
        .map_err(|source| CodeError::Read { path, source })?;
    Ok(Some(Prebuilt::Zip { name: name.clone(), zip }))
}

fn built(
    function: &FlowFunction,
    files: Vec<CodeFile>,
    workshop: &Workshop<'_>,
) -> Result<Vec<u8>, Reason> {
    let builder = Builder::of(function, &files)?;
    if builder == Builder::Files {
        return Ok(zip_of(&files)?);
    }
    let cache = workshop.cache.as_ref();
    let cached = Cached::of(cache, function, &builder, &workshop.target, &files);
    if let Some(zip) = cached.as_ref().and_then(Cached::read) {
        return Ok(zip);
    }
    (workshop.on_build)(&function.name, builder.name());
    let zip = zip_of(&builder.build(function, files, &workshop.target)?)?;
    if let Some(cached) = cached {
        cached.write(&zip);
    }
    Ok(zip)
}

fn marks(files: &[CodeFile]) -> BTreeMap<String, String> {
    files.iter().map(|file| (file.path.clone(), mark(&file.content))).collect()
}

fn mark(content: &[u8]) -> String {
    sha256(content)[..MARK].to_owned()
}
