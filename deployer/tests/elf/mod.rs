//! The smallest file that is accepted as a handler: for tests that deploy one but never run it.

/// `e_machine` of 64-bit Arm.
pub(crate) const ARM64: u16 = 183;

/// Makes a statically linked 64-bit little-endian ELF program for Linux on `machine` (`e_machine`).
pub(crate) fn minimal_elf(machine: u16) -> Vec<u8> {
    const HEADER: u16 = 64;
    const SEGMENT: u16 = 56;
    const SECTION: u16 = 64;
    const ADDRESS: u64 = 0x40_0000;
    let size = u64::from(HEADER + SEGMENT);
    let mut file = Vec::new();
    // Identification: 64 bits, little-endian, version 1, System V.
    file.extend([0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    file.extend(2_u16.to_le_bytes()); // An executable.
    file.extend(machine.to_le_bytes());
    file.extend(1_u32.to_le_bytes());
    file.extend((ADDRESS + size).to_le_bytes()); // The entry point.
    file.extend(u64::from(HEADER).to_le_bytes()); // Segments begin here.
    file.extend(0_u64.to_le_bytes()); // No sections.
    file.extend(0_u32.to_le_bytes());
    for count in [HEADER, SEGMENT, 1, SECTION, 0, 0] {
        file.extend(count.to_le_bytes());
    }
    file.extend(1_u32.to_le_bytes()); // The one segment is loaded,
    file.extend(5_u32.to_le_bytes()); // readable and executable.
    for field in [0, ADDRESS, ADDRESS, size, size, 0x1000] {
        file.extend(field.to_le_bytes());
    }
    file
}
