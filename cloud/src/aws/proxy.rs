//! Which proxy a request takes: the variables that every program reads, an empty one being unset.

use aws_smithy_http_client::proxy::ProxyConfig;

use super::environment::Environment;
use super::plain::plain;
use super::settings::without_password;
use crate::Unusable;

/// The proxy for one scheme of URLs.
#[derive(Debug, Clone)]
pub(super) struct Proxy {
    config: ProxyConfig,
    /// Where it comes from and what it is, without a password.
    pub(super) shown: Option<String>,
}

impl Proxy {
    /// The proxy for `https://` URLs.
    pub(super) fn https(environment: &Environment) -> Result<Self, Unusable> {
        let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
        Self::read(environment, environment.first(&names))
    }

    /// The proxy for `http://` URLs. In a CGI program, a client could set HTTP_PROXY by a header.
    pub(super) fn http(environment: &Environment) -> Result<Self, Unusable> {
        let names = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
        let is_cgi = environment.get("REQUEST_METHOD").is_some();
        Self::read(environment, environment.first(&names).filter(|_| !is_cgi))
    }

    fn read(environment: &Environment, found: Option<(&str, &str)>) -> Result<Self, Unusable> {
        let Some((name, value)) = found else {
            return Ok(Self { config: ProxyConfig::disabled(), shown: None });
        };
        let value = value.trim();
        let url = match value.contains("://") {
            true => value.to_owned(),
            false => format!("http://{value}"),
        };
        let shown = format!("{} ({name})", plain(&without_password(value)));
        let config = ProxyConfig::all(url.as_str()).map_err(|_| {
            let shown = plain(&without_password(value));
            Unusable::setting(format!("{name} is `{shown}`, which is not the URL of a proxy"))
                .hint("the URL of a proxy has the form http://host:port or https://host:port")
        })?;
        let exceptions = environment.first(&["NO_PROXY", "no_proxy"]);
        let config = match exceptions {
            Some((_, exceptions)) => config.no_proxy(exceptions),
            None => config,
        };
        Ok(Self { config, shown: Some(shown) })
    }

    pub(super) fn config(&self) -> ProxyConfig {
        self.config.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        Environment::new(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())))
    }

    #[test]
    fn an_empty_proxy_variable_gives_way_to_the_next() {
        let proxy = Proxy::https(&environment(&[("HTTPS_PROXY", ""), ("https_proxy", "p:3128")]));
        assert_eq!(proxy.unwrap().shown.as_deref(), Some("p:3128 (https_proxy)"));
        assert_eq!(Proxy::http(&environment(&[("HTTPS_PROXY", "p:1")])).unwrap().shown, None);
    }

    #[test]
    fn a_password_is_never_shown_and_an_absurd_proxy_is_refused() {
        let proxy = Proxy::https(&environment(&[("HTTPS_PROXY", "http://me:secret@p:3128")]));
        assert_eq!(proxy.unwrap().shown.as_deref(), Some("http://…@p:3128 (HTTPS_PROXY)"));
        for absurd in ["socks5://p:1", "http://", "::::", "a b", "http://me:secret@:::"] {
            let refused = Proxy::https(&environment(&[("HTTPS_PROXY", absurd)])).unwrap_err();
            assert!(!refused.sentence.contains("secret"), "{}", refused.sentence);
        }
    }
}
