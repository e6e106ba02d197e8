//! Tests of the inspection: one per reason why Lambda could not start a handler.

use std::io::{Cursor, Write};

use object::elf::{EM_AARCH64, EM_X86_64};
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::architecture::Architecture;
use super::archive::zip_of;
use super::elf::minimal_elf;
use super::inspect::{GLIBC_OFFERED, GlibcVersion, Inspected, Unfit, elf, zip};

/// A zip with the given entries, all with one mode.
fn zip_with(names: &[&str], mode: u32, content: &[u8]) -> Vec<u8> {
    let options = SimpleFileOptions::default().unix_permissions(mode);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for name in names {
        zip.start_file(*name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A program that needs one library in the given symbol version.
fn elf_needing(version: &str) -> Vec<u8> {
    let mut file = minimal_elf(EM_AARCH64.0);
    let names = format!("\0libc.so.6\0{version}\0.versions\0.names\0");
    let [need, strings, sections] = [120, 152, 152 + names.len().next_multiple_of(8)];
    for field in [1_u16, 1] {
        file.extend(field.to_le_bytes()); // One library, one version of it.
    }
    for field in [1_u32, 16, 0, 0] {
        file.extend(field.to_le_bytes()); // The library's name, its first version; that version's hash.
    }
    file.extend([0; 4]);
    // The version's name follows the library's.
    file.splice(need + 16..need + 24, [0; 8]);
    for field in [11_u32, 0] {
        file.extend(field.to_le_bytes());
    }
    assert_eq!(file.len(), strings);
    file.extend(names.as_bytes());
    file.resize(sections, 0);
    let kinds = [[0, 0, 0, 0, 0], [0x6fff_fffe, need, 32, 2, 1], [3, strings, names.len(), 0, 0]];
    for [kind, offset, size, link, entries] in kinds {
        file.extend(0_u32.to_le_bytes());
        file.extend(u32::try_from(kind).unwrap().to_le_bytes());
        for field in [0, 0, offset, size] {
            file.extend((field as u64).to_le_bytes());
        }
        for field in [link, entries] {
            file.extend(u32::try_from(field).unwrap().to_le_bytes());
        }
        file.extend([0; 16]);
    }
    file[40..48].copy_from_slice(&(sections as u64).to_le_bytes());
    file[60..64].copy_from_slice(&[3, 0, 2, 0]);
    file
}

#[track_caller]
fn refused(result: Result<Inspected, Unfit>, sentence: &str) {
    assert_eq!(result.unwrap_err().to_string(), sentence);
}

#[test]
fn a_static_program_is_accepted_for_its_architecture() {
    for (machine, architecture) in
        [(EM_AARCH64, Architecture::Arm64), (EM_X86_64, Architecture::X86_64)]
    {
        let program = minimal_elf(machine.0);
        let fit = Inspected { architecture, glibc: None };
        assert_eq!(elf(&program).unwrap(), fit);
        assert_eq!(zip(&zip_of(&program).unwrap()).unwrap(), fit);
    }
}

#[test]
fn only_glibc_versions_up_to_lambdas_are_accepted() {
    assert_eq!(elf(&elf_needing("GLIBC_2.34")).unwrap().glibc, Some(GLIBC_OFFERED));
    let old = Some(GlibcVersion { major: 2, minor: 2 });
    assert_eq!(elf(&elf_needing("GLIBC_2.2.5")).unwrap().glibc, old);
    assert_eq!(elf(&elf_needing("GLIBC_PRIVATE")).unwrap().glibc, None);
    refused(elf(&elf_needing("GLIBC_2.35")), "needs glibc 2.35, but `provided.al2023` has 2.34");
    refused(
        elf(&elf_needing("GLIBC_ABI_DT_RELR")),
        "needs glibc 2.36, but `provided.al2023` has 2.34",
    );
}

#[test]
fn programs_for_other_computers_are_refused() {
    let tail = "a handler is a 64-bit little-endian ELF program for Linux on arm64 or x86_64";
    let riscv = minimal_elf(243);
    refused(elf(&riscv), &format!("ELF machine 243 is another processor; {tail}"));
    for (at, value, reason) in [
        (4, 1, "32-bit or big-endian"),
        (5, 2, "32-bit or big-endian"),
        (7, 9, "ELF system 9 is not Linux"),
        (16, 1, "ELF type 1 is not a program"),
    ] {
        let mut other = minimal_elf(EM_AARCH64.0);
        other[at] = value;
        refused(elf(&other), &format!("{reason}; {tail}"));
    }
}

#[test]
fn a_program_linked_for_another_c_library_is_refused() {
    let path = b"/lib/ld-musl-aarch64.so.1\0";
    let mut musl = minimal_elf(EM_AARCH64.0);
    musl[64] = 3; // The segment is not code but the loader's path.
    musl[72..80].copy_from_slice(&120_u64.to_le_bytes());
    musl[96..104].copy_from_slice(&(path.len() as u64).to_le_bytes());
    musl.extend(path);
    refused(
        elf(&musl),
        "linked for the loader /lib/ld-musl-aarch64.so.1, which Lambda does not have \
         (it has /lib/ld-linux-aarch64.so.1)",
    );
}

#[test]
fn the_program_must_be_where_lambda_looks_for_it() {
    let program = minimal_elf(EM_AARCH64.0);
    refused(
        zip(&zip_with(&["target/bootstrap", "Bootstrap"], 0o755, &program)),
        "the zip archive has no entry `bootstrap` at its top level (it has target/bootstrap, Bootstrap)",
    );
    refused(
        zip(&zip_with(&[], 0o755, &program)),
        "the zip archive has no entry `bootstrap` at its top level (it has no entries)",
    );
    refused(
        zip(&zip_with(&["bootstrap"], 0o644, &program)),
        "`bootstrap` is not executable for Lambda's user: its mode in the zip archive is 644, not 755",
    );
}

#[test]
fn files_that_are_not_programs_are_rejected() {
    let script = b"#!/bin/sh\nexit 0\n";
    let no_script = "`bootstrap` is a script; a handler is an ELF program for Linux";
    refused(zip(&zip_of(script).unwrap()), no_script);
    refused(elf(script), no_script);
    refused(zip(b"<html>"), "neither a zip archive nor an ELF program");
    refused(elf(b""), "neither a zip archive nor an ELF program");
    refused(zip(b"PK\x03\x04 and then nothing"), "the zip archive cannot be read");
}

proptest! {
    #[test]
    fn no_bytes_cause_a_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        kind in 0..3_usize,
    ) {
        let start: [&[u8]; 3] = [b"", b"PK\x03\x04", b"\x7fELF\x02\x01\x01"];
        let bytes = [start[kind], &bytes].concat();
        let _ = (zip(&bytes), elf(&bytes));
    }

    #[test]
    fn no_damaged_handler_causes_a_panic(cut in 0..600_usize, at in 0..600_usize, value: u8) {
        let program = elf_needing("GLIBC_2.34");
        for mut bytes in [zip_of(&program).unwrap(), program] {
            bytes.truncate(cut.max(1));
            let place = at % bytes.len();
            bytes[place] = value;
            let _ = (zip(&bytes), elf(&bytes));
        }
    }
}

#[test]
fn modes_that_shut_lambda_out_are_refused() {
    let program = minimal_elf(EM_AARCH64.0);
    for mode in [0o700, 0o100, 0o750, 0o644, 0o600, 0o711, 0o774] {
        let found = zip(&zip_with(&["bootstrap"], mode, &program)).unwrap_err().to_string();
        assert!(found.contains(&format!("is {mode:03o}, not 755")), "{mode:o}: {found}");
    }
    for mode in [0o755, 0o775, 0o555, 0o777, 0o705] {
        assert!(zip(&zip_with(&["bootstrap"], mode, &program)).is_ok(), "{mode:o}");
    }
    let other = |name: &str, mode: u32| {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default();
        writer.start_file("bootstrap", options.unix_permissions(0o755)).unwrap();
        writer.write_all(&program).unwrap();
        match name.strip_suffix('/') {
            Some(folder) => writer.add_directory(folder, options.unix_permissions(mode)).unwrap(),
            None => writer.start_file(name, options.unix_permissions(mode)).unwrap(),
        }
        zip(&writer.finish().unwrap().into_inner()).map_err(|unfit| unfit.to_string())
    };
    assert!(other("data.json", 0o644).is_ok() && other("data/", 0o755).is_ok());
    assert!(other("data.json", 0o600).unwrap_err().contains("`data.json` is not readable"));
    assert!(other("data/", 0o700).unwrap_err().contains("is 700, not 755"));
}
