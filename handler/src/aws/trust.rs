//! The root certificates that TLS trusts: Mozilla's, compiled in, or those of a file that the
//! environment names.
//!
//! Compiled-in roots are constants and need no parsing. To read the system's store would add three
//! milliseconds to every cold start. Compiled-in roots are as old as the build. If a new build is
//! not possible, the operator can name a file.

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::settings::{CaBundle, SettingFault};

/// Gets the trusted roots.
///
/// # Errors
///
/// If the file cannot be read, contains no certificate, or contains one that cannot be a root.
pub(super) fn roots(bundle: Option<&CaBundle>) -> Result<RootCertStore, SettingFault> {
    let Some(CaBundle { variable, path }) = bundle else {
        return Ok(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() });
    };
    let fault = |problem| SettingFault { name: variable, problem };
    read(path).map_err(|problem| fault(format!("`{path}` {problem}")))
}

fn read(path: &str) -> Result<RootCertStore, String> {
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|fault| format!("cannot be read: {fault}"))?;
    if certificates.is_empty() {
        return Err("contains no certificate in PEM format".to_owned());
    }
    let mut roots = RootCertStore::empty();
    for certificate in certificates {
        roots
            .add(certificate)
            .map_err(|fault| format!("contains an unusable root certificate: {fault}"))?;
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The roots that sign the certificates of AWS. Source: Amazon Trust Services, "Root CAs".
    const AMAZONS: [&str; 5] = [
        "Amazon Root CA 1",
        "Amazon Root CA 2",
        "Amazon Root CA 3",
        "Amazon Root CA 4",
        "Starfield Services Root Certificate Authority - G2",
    ];

    #[test]
    fn amazons_roots_are_compiled_in() {
        let roots = roots(None).unwrap().roots;
        for name in AMAZONS {
            let named =
                |subject: &[u8]| subject.windows(name.len()).any(|at| at == name.as_bytes());
            assert!(roots.iter().any(|root| named(&root.subject)), "{name}");
        }
    }
}
