//! The program of a function with its own `bootstrap`: whether this machine can run it.

use std::env::consts;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use object::elf;

use super::error::LocalFunctionError;
use super::function::LocalFunction;
use crate::artifact::architecture::Architecture;

/// The file that a runtime `provided.…` starts. Source: Lambda developer guide, "Building a custom runtime".
const BOOTSTRAP: &str = "bootstrap";
/// Where an ELF header names the machine, in both of its sizes. Source: elf(5).
const MACHINE: std::ops::Range<usize> = 18..20;

/// The program of a function, if it can run here.
pub(super) fn find(function: &LocalFunction) -> Result<PathBuf, LocalFunctionError> {
    let path = function.folder.join(BOOTSTRAP);
    let mut beginning = Vec::new();
    let read = File::open(&path).and_then(|file| file.take(64).read_to_end(&mut beginning));
    read.map_err(|source: io::Error| LocalFunctionError::NoBootstrap {
        function: function.name.clone(),
        runtime: function.runtime.clone(),
        source,
    })?;
    match is_for_another_machine(&beginning, consts::OS, consts::ARCH) {
        None => Ok(path),
        Some(found) => Err(LocalFunctionError::OtherMachine {
            function: function.name.clone(),
            found,
            here: format!("{} on {}", system(consts::OS), architecture(consts::ARCH)),
            fix: fix(function, consts::OS, architecture(consts::ARCH)),
        }),
    }
}

/// What a program is, if a machine certainly cannot run it.
fn is_for_another_machine(beginning: &[u8], os: &str, arch: &str) -> Option<String> {
    let is = |magics: &[&[u8]]| magics.iter().any(|magic| beginning.starts_with(magic));
    if is(&[&elf::ELFMAG]) {
        let machine = beginning.get(MACHINE).and_then(|bytes| bytes.try_into().ok());
        let machine = machine.map(|bytes| elf::Machine(u16::from_le_bytes(bytes)));
        let built_for = machine.and_then(Architecture::of_machine).map(Architecture::as_str);
        let fits = os == "linux" && built_for.is_none_or(|it| it == architecture(arch));
        let built_for = built_for.unwrap_or("another processor");
        return (!fits).then(|| format!("a program for Linux on {built_for}"));
    }
    if is(&[b"MZ"]) {
        return (os != "windows").then(|| "a program for Windows".to_owned());
    }
    // 64-bit, and for several processors. Source: loader.h and fat.h of macOS.
    if is(&[&[0xcf, 0xfa, 0xed, 0xfe], &[0xca, 0xfe, 0xba, 0xbe]]) {
        return (os != "macos").then(|| "a program for macOS".to_owned());
    }
    (os == "windows" && is(&[b"#!"])).then(|| "a script for Linux".to_owned())
}

fn fix(function: &LocalFunction, os: &str, arch: &str) -> String {
    match os == "linux" && function.architecture == arch {
        true => format!("build it for {arch}, which is also its architecture in AWS"),
        false => {
            "build it for this machine, or mock the answers of the states that call it".to_owned()
        }
    }
}

/// Lambda's name of an architecture.
fn architecture(arch: &str) -> &str {
    match arch {
        "aarch64" => "arm64",
        other => other,
    }
}

fn system(os: &str) -> &str {
    match os {
        "linux" => "Linux",
        "macos" => "macOS",
        "windows" => "Windows",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(machine: u16) -> Vec<u8> {
        let mut bytes = elf::ELFMAG.to_vec();
        bytes.resize(MACHINE.start, 0);
        bytes.extend(machine.to_le_bytes());
        bytes
    }

    #[test]
    fn a_program_for_another_processor_or_system_is_named() {
        let (arm, intel) = (program(elf::EM_AARCH64.0), program(elf::EM_X86_64.0));
        assert_eq!(is_for_another_machine(&arm, "linux", "aarch64"), None);
        assert_eq!(is_for_another_machine(&intel, "linux", "x86_64"), None);
        let found = is_for_another_machine(&arm, "linux", "x86_64");
        assert_eq!(found.unwrap(), "a program for Linux on arm64");
        let found = is_for_another_machine(&intel, "macos", "x86_64");
        assert_eq!(found.unwrap(), "a program for Linux on x86_64");
        let found = is_for_another_machine(b"MZ\x90", "linux", "x86_64");
        assert_eq!(found.unwrap(), "a program for Windows");
        let script = b"#!/bin/sh\n";
        assert_eq!(is_for_another_machine(script, "linux", "x86_64"), None);
        assert!(is_for_another_machine(script, "windows", "x86_64").is_some());
    }
}
