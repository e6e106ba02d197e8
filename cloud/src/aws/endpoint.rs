//! How a custom endpoint affects S3's addresses.

use std::net::IpAddr;

/// A custom endpoint, used instead of AWS's own endpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    url: String,
    path_style: bool,
}

impl Endpoint {
    /// `explicit`: given on the command line, rather than found in the environment or a profile.
    pub(super) fn new(url: &str, explicit: bool) -> Self {
        let local = host(url).is_some_and(|host| {
            host == "localhost" || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
        });
        Self {
            url: url.trim_end_matches('/').to_owned(),
            // Emulators rarely have a DNS name for each bucket, and IP addresses never do.
            path_style: explicit || local,
        }
    }

    /// Whether buckets are named in the path instead of in the host.
    pub(super) fn path_style(&self) -> bool {
        self.path_style
    }
}

/// The URL of an object, as CloudFormation accepts it.
pub(super) fn object_url(
    endpoint: Option<&Endpoint>,
    region: &str,
    bucket: &str,
    key: &str,
) -> String {
    match endpoint {
        Some(endpoint) => format!("{}/{bucket}/{key}", endpoint.url),
        None => format!("https://{bucket}.s3.{region}.amazonaws.com/{key}"),
    }
}

fn host(url: &str) -> Option<&str> {
    let authority = url.split_once("://")?.1.split('/').next()?;
    match authority.starts_with('[') {
        true => authority.split_inclusive(']').next(),
        false => authority.split(':').next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_explicit_endpoints_take_buckets_in_the_path() {
        for local in ["http://127.0.0.1:4566", "http://localhost:1/", "https://[::1]:9297"] {
            assert!(Endpoint::new(local, false).path_style(), "{local}");
        }
        let private = "https://vpce-1.s3.eu-west-1.vpce.amazonaws.com";
        assert!(!Endpoint::new(private, false).path_style());
        assert!(Endpoint::new(private, true).path_style());
    }

    #[test]
    fn an_objects_url_follows_the_endpoint() {
        let aws = object_url(None, "eu-west-1", "b", "k/x");
        assert_eq!(aws, "https://b.s3.eu-west-1.amazonaws.com/k/x");
        let local = Endpoint::new("http://127.0.0.1:4566/", true);
        let local = object_url(Some(&local), "eu-west-1", "b", "k/x");
        assert_eq!(local, "http://127.0.0.1:4566/b/k/x");
    }
}
