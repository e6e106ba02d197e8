//! Bounces over Amazon SES: one request, `SendBounce`, in the protocol of its older API.
//!
//! The SDK's client of SES has all of its operations and would add more to the binary than the rest
//! of the handler. A signed request needs only what is already there.
//!
//! Source: Amazon SES API reference, `SendBounce`.

use std::error::Error;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_async::time::{SystemTimeSource, TimeSource};
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use tokio::time::{sleep, timeout};

use crate::aws::client::{ATTEMPT_TIMEOUT, ATTEMPTS};
use crate::aws::http::Hyper;
use crate::bounces::Bounces;
use crate::call_error::CallError;
use crate::ses::bounce::Bounce;
use crate::settings::AwsSettings;

const OPERATION: &str = "SES SendBounce";

/// The name of the service in signatures and, before the region, in its host name.
const SIGNING_NAME: &str = "ses";

/// The version of the API.
const VERSION: &str = "2010-12-01";

/// Why the recipients did not get the message, as the type of the bounce.
const BOUNCE_TYPE: &str = "ContentRejected";

/// The type of the request's body.
const CONTENT_TYPE: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// The pause before another attempt. `SendBounce` allows one request a second for an account.
/// Source: Amazon SES developer guide, "Service quotas in Amazon SES".
const PAUSE: Duration = Duration::from_millis(1100);

/// Sends bounces with the credentials of the function.
#[derive(Debug, Clone)]
pub struct SesBounces {
    http: Hyper,
    url: String,
    region: String,
    credentials: Credentials,
}

/// An attempt that failed, and whether another one can succeed.
struct Failed {
    error: CallError,
    is_transient: bool,
}

impl SesBounces {
    /// Sends to the endpoint of the settings. Sends nothing yet.
    pub(super) fn new(settings: &AwsSettings, http: Hyper, credentials: Credentials) -> Self {
        let region = settings.region.clone();
        let url = match &settings.bounces_endpoint {
            Some(url) => format!("{}/", url.trim_end_matches('/')),
            None => format!("https://email.{region}.{}/", dns_suffix(&region)),
        };
        Self { http, url, region, credentials }
    }

    async fn attempt(&self, body: &str) -> Result<(), Failed> {
        let unsent = |source: Box<dyn Error + Send + Sync>, is_transient| Failed {
            error: CallError {
                operation: OPERATION,
                code: None,
                message: None,
                request_id: None,
                source: Some(source),
            },
            is_transient,
        };
        let request = self.request(body).map_err(|fault| unsent(fault, false))?;
        let answer = async {
            let answer = self.http.call(request).await?;
            let status = answer.status().as_u16();
            let body = ByteStream::new(answer.into_body()).collect().await?.into_bytes();
            Ok::<_, Box<dyn Error + Send + Sync>>((status, body))
        };
        let answer = timeout(ATTEMPT_TIMEOUT, answer).await;
        let answer = answer.map_err(|elapsed| unsent(elapsed.into(), true))?;
        let (status, body) = answer.map_err(|fault| unsent(fault, true))?;
        if status == 200 { Ok(()) } else { Err(refused(status, &String::from_utf8_lossy(&body))) }
    }

    fn request(&self, body: &str) -> Result<HttpRequest, Box<dyn Error + Send + Sync>> {
        let identity = Identity::from(self.credentials.clone());
        let signing = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(SIGNING_NAME)
            .time(SystemTimeSource::new().now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let headers = std::iter::once(CONTENT_TYPE);
        let content = SignableBody::Bytes(body.as_bytes());
        let signable = SignableRequest::new("POST", &self.url, headers, content)?;
        let (signature, _) = sign(signable, &signing)?.into_parts();
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method("POST")?;
        request.set_uri(self.url.clone())?;
        request.headers_mut().insert(CONTENT_TYPE.0, CONTENT_TYPE.1);
        for header in signature.into_parts().0 {
            request.headers_mut().insert(header.name(), header.value().to_owned());
        }
        Ok(request)
    }
}

impl Bounces for SesBounces {
    async fn send(&self, bounce: &Bounce) -> Result<(), CallError> {
        let body = form(bounce);
        let mut attempt = 1;
        loop {
            match self.attempt(&body).await {
                Ok(()) => return Ok(()),
                Err(failed) if failed.is_transient && attempt < ATTEMPTS => attempt += 1,
                Err(failed) => return Err(failed.error),
            }
            sleep(PAUSE).await;
        }
    }
}

/// The end of the names of AWS's hosts in a region.
/// Source: AWS General Reference, "AWS service endpoints" (AWS China).
fn dns_suffix(region: &str) -> &'static str {
    if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" }
}

/// The body of the request.
fn form(bounce: &Bounce) -> String {
    let mut form = Form(String::new());
    form.field("Action", "SendBounce");
    form.field("Version", VERSION);
    form.field("OriginalMessageId", &bounce.message_id);
    form.field("BounceSender", &bounce.sender);
    form.field("Explanation", &bounce.explanation);
    for (index, recipient) in bounce.recipients.iter().enumerate() {
        let member = format!("BouncedRecipientInfoList.member.{}", index + 1);
        form.field(&format!("{member}.Recipient"), recipient);
        form.field(&format!("{member}.BounceType"), BOUNCE_TYPE);
    }
    form.0
}

/// A body of the type `application/x-www-form-urlencoded`.
struct Form(String);

impl Form {
    fn field(&mut self, name: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.push_str(name);
        self.0.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                self.0.push(char::from(byte));
            } else {
                self.0.push_str(&format!("%{byte:02X}"));
            }
        }
    }
}

/// The error that SES answered.
fn refused(status: u16, xml: &str) -> Failed {
    let code = element(xml, "Code").unwrap_or_else(|| format!("HTTP {status}"));
    let error = CallError {
        operation: OPERATION,
        code: Some(code),
        message: element(xml, "Message"),
        request_id: element(xml, "RequestId"),
        source: None,
    };
    let is_transient = status >= 500 || error.is_throttling();
    Failed { error, is_transient }
}

/// The text of the first element of this name. The answers of SES have each of the elements at most
/// once.
fn element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    // `&` is last, so that no reference is replaced twice.
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    Some(pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_names_the_message_the_texts_and_each_recipient() {
        let bounce = Bounce {
            message_id: "m-1".to_owned(),
            sender: "mailer-daemon@example.com".to_owned(),
            recipients: vec!["a+b@example.com".to_owned(), "c@example.com".to_owned()],
            explanation: "No, thanks & bye\u{e9}".to_owned(),
        };
        assert_eq!(
            form(&bounce),
            "Action=SendBounce&Version=2010-12-01&OriginalMessageId=m-1\
             &BounceSender=mailer-daemon%40example.com&Explanation=No%2C%20thanks%20%26%20bye%C3%A9\
             &BouncedRecipientInfoList.member.1.Recipient=a%2Bb%40example.com\
             &BouncedRecipientInfoList.member.1.BounceType=ContentRejected\
             &BouncedRecipientInfoList.member.2.Recipient=c%40example.com\
             &BouncedRecipientInfoList.member.2.BounceType=ContentRejected"
        );
    }

    #[test]
    fn a_refusal_keeps_code_message_and_request_id() {
        let xml = "<ErrorResponse><Error><Type>Sender</Type><Code>MessageRejected</Code>\
                   <Message>Not &quot;verified&quot; &amp;amp;</Message></Error>\
                   <RequestId>r-1</RequestId></ErrorResponse>";
        let failed = refused(400, xml);
        assert!(!failed.is_transient);
        assert_eq!(
            failed.error.to_string(),
            "SES SendBounce failed with MessageRejected, \"Not \"verified\" &amp;\" (request ID r-1)"
        );
        assert!(refused(400, "<Code>Throttling</Code>").is_transient);
        let unknown = refused(503, "<html>");
        assert!(unknown.is_transient);
        assert_eq!(unknown.error.to_string(), "SES SendBounce failed with HTTP 503");
    }
}
