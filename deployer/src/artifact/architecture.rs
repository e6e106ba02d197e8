//! The processor architectures of Lambda.

use std::fmt;
use std::str::FromStr;

use object::elf;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Architecture {
    /// 64-bit Arm (Graviton), the default for the handler.
    Arm64,
    /// 64-bit x86.
    X86_64,
}

impl Architecture {
    /// Lambda's name for it, as in the template's `Architectures`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86_64 => "x86_64",
        }
    }

    /// The architecture of an ELF header's machine field, if Lambda has it.
    pub fn of_machine(machine: elf::Machine) -> Option<Self> {
        match machine {
            elf::EM_AARCH64 => Some(Self::Arm64),
            elf::EM_X86_64 => Some(Self::X86_64),
            _ => None,
        }
    }

    /// The path of glibc's dynamic loader on a Linux of this architecture, according to its ABI.
    pub fn glibc_loader(self) -> &'static str {
        match self {
            Self::Arm64 => "/lib/ld-linux-aarch64.so.1",
            Self::X86_64 => "/lib64/ld-linux-x86-64.so.2",
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The error for a word that is not an architecture of Lambda.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not one of arm64, x86_64")]
pub struct UnknownArchitecture(pub String);

impl FromStr for Architecture {
    type Err = UnknownArchitecture;

    /// Accepts only Lambda's spelling.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "arm64" => Ok(Self::Arm64),
            "x86_64" => Ok(Self::X86_64),
            _ => Err(UnknownArchitecture(word.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_architecture_round_trips_through_its_name() {
        for architecture in [Architecture::Arm64, Architecture::X86_64] {
            assert_eq!(architecture.to_string().parse(), Ok(architecture));
        }
        let refused = "aarch64".parse::<Architecture>().unwrap_err();
        assert_eq!(refused.to_string(), "`aarch64` is not one of arm64, x86_64");
    }
}
