//! Which certificate authorities the program trusts: those of a file, as in the AWS CLI, or those
//! of the system.

use std::path::{Path, PathBuf};

use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::environment::Environment;
use super::plain::plain;
use super::profiles::Profiles;
use crate::Unusable;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// Reads the authorities. The order is that of botocore (`AWS_CA_BUNDLE`, the profile's
/// `ca_bundle`, `REQUESTS_CA_BUNDLE`), before what other programs read. Whatever is named replaces
/// the system's authorities.
pub(super) fn context(
    environment: &Environment,
    profiles: &Profiles,
) -> Result<TlsContext, Unusable> {
    let Some((path, origin)) = named(environment, profiles) else {
        return Ok(TlsContext::default());
    };
    let shown = plain(&path.display().to_string());
    let fault = |fault: String| {
        let hint = "name a file of certificates in PEM format, or unset it";
        Unusable::setting(format!("{origin} is `{shown}`: {fault}")).hint(hint)
    };
    let texts = texts(&path).map_err(|error| fault(error.to_string()))?;
    let certificates = texts.iter().flat_map(|text| certificates(text));
    let mut trusted = TrustStore::empty();
    let mut count = 0;
    for certificate in certificates {
        trusted.add_pem_certificate(certificate);
        count += 1;
    }
    if count == 0 {
        return Err(fault("it has no certificate in PEM format".to_owned()));
    }
    let context = TlsContext::builder().with_trust_store(trusted).build();
    context.map_err(|error| fault(error.to_string()))
}

fn named(environment: &Environment, profiles: &Profiles) -> Option<(PathBuf, String)> {
    let variable = |name: &'static str| {
        let path = environment.get(name)?;
        Some((path_of(path, environment), name.to_owned()))
    };
    let of_profile = || {
        let path = profiles.chosen_value("ca_bundle")?;
        let origin = format!("ca_bundle of profile `{}` in {}", profiles.name, profiles.file);
        Some((path_of(path, environment), plain(&origin)))
    };
    variable("AWS_CA_BUNDLE")
        .or_else(of_profile)
        .or_else(|| variable("REQUESTS_CA_BUNDLE"))
        .or_else(|| variable("SSL_CERT_FILE"))
        .or_else(|| variable("SSL_CERT_DIR"))
}

/// A path whose `~` stands for the home folder.
fn path_of(path: &str, environment: &Environment) -> PathBuf {
    let home = || environment.first(&["HOME", "USERPROFILE"]).map(|(_, home)| home);
    match path.strip_prefix("~/").and_then(|rest| Some((home()?, rest))) {
        Some((home, rest)) => Path::new(home).join(rest),
        None => PathBuf::from(path),
    }
}

/// The texts of a file, or of every file of a folder.
fn texts(path: &Path) -> std::io::Result<Vec<String>> {
    let text =
        |path: &Path| std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    if !path.is_dir() {
        return Ok(vec![text(path)?]);
    }
    let files = std::fs::read_dir(path)?.filter_map(Result::ok).map(|entry| entry.path());
    Ok(files.filter(|file| file.is_file()).filter_map(|file| text(&file).ok()).collect())
}

/// The certificates of a file that can be trusted, each in its own PEM text. Others are skipped, as
/// OpenSSL does.
fn certificates(text: &str) -> Vec<String> {
    let blocks = text.split(BEGIN).skip(1).filter_map(|part| part.split_once(END));
    let blocks = blocks.map(|(content, _)| format!("{BEGIN}{content}{END}\n"));
    let can_be_trusted = |block: &String| {
        let certificate = CertificateDer::from_pem_slice(block.as_bytes());
        certificate.is_ok_and(|certificate| RootCertStore::empty().add(certificate).is_ok())
    };
    blocks.filter(can_be_trusted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_passed_over() {
        assert_eq!(certificates("nothing"), [""; 0]);
        assert_eq!(certificates(&format!("{BEGIN}\nAAAA\n{END}\n{BEGIN}\n???\n{END}")), [""; 0]);
        assert_eq!(certificates(BEGIN), [""; 0]);
    }
}
