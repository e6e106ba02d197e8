//! The calls that tasks make to DynamoDB and SNS, and the protocol of those to KMS. Their parameters are those of the services' own
//! APIs.
//!
//! These calls are not in the list of permissions (`deployer::rights`): a state machine makes them,
//! and the flow's policy allows them. The deployer makes them only for a user who tries a flow with
//! `local --real`.

#![expect(
    clippy::result_large_err,
    reason = "an error is the rare outcome of a network call; its size does not matter"
)]

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::error::{cause, error_kind};
use super::http::Transport;
use super::observed::{ObservedConfig, outcome_of};
use super::signed::{Answer, RequestError, SignedClient};
use crate::services::Request;
use crate::{CloudError, ErrorKind, FinishedCall, Services};

/// The version in each request's name. Source: DynamoDB API reference, "DynamoDB low-level API".
const DYNAMODB: &str = "DynamoDB_20120810";
/// The same for KMS. Source: KMS API reference, `DescribeKey`, "Examples".
const KMS: &str = "TrentService";
/// Source: SNS API reference, `Publish`.
const SNS: &str = "2010-03-31";

/// [`Services`] over signed requests.
pub(super) struct AwsServices {
    signed: SignedClient,
}

impl AwsServices {
    pub(super) fn new(config: &ObservedConfig, transport: Transport) -> Self {
        Self { signed: SignedClient::new(config, transport) }
    }
}

impl AwsServices {
    /// Posts a request in AWS's query protocol, and returns the body of the answer.
    pub(super) async fn post_form(
        &self,
        request: &'static Request,
        parameters: &Value,
    ) -> Result<String, CloudError> {
        let form = form(request.operation, parameters)
            .map_err(|message| request_error(request, ErrorKind::Invalid, message))?;
        let kind = "application/x-www-form-urlencoded".to_owned();
        Ok(self.post(request, &[("content-type", kind)], form).await?.body)
    }

    /// Posts a request in AWS's JSON protocol.
    pub(super) async fn post_json(
        &self,
        request: &'static Request,
        parameters: &Value,
    ) -> Result<Value, CloudError> {
        let (version, api) = match request.service {
            "kms" => ("1.1", KMS),
            _ => ("1.0", DYNAMODB),
        };
        let headers = [
            ("content-type", format!("application/x-amz-json-{version}")),
            ("x-amz-target", format!("{api}.{}", request.operation)),
        ];
        let answer = self.post(request, &headers, parameters.to_string()).await?;
        serde_json::from_str(&answer.body)
            .map_err(|error| request_error(request, ErrorKind::Other, error.to_string()))
    }

    /// Posts a request, and passes the call to the observer.
    async fn post(
        &self,
        request: &'static Request,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<Answer, CloudError> {
        let since = Instant::now();
        let answer = self.signed.post(request.service, headers, body).await;
        let status = answer.as_ref().ok().map(|answer| answer.status);
        let request_id = answer.as_ref().ok().and_then(|answer| answer.request_id.clone());
        let answer = accepted(request, answer);
        let code = answer.as_ref().err().and_then(|refused| refused.code.clone());
        self.signed.calls().observe(&FinishedCall {
            service: service_name(request).to_owned(),
            operation: request.operation.to_owned(),
            duration: since.elapsed(),
            attempts: 1,
            outcome: outcome_of(status, code),
            request_id,
        });
        answer
    }
}

#[async_trait]
impl Services for AwsServices {
    async fn send(
        &self,
        request: &'static Request,
        parameters: &Value,
    ) -> Result<Value, CloudError> {
        match request.service {
            "sns" => {
                let answer = self.post_form(request, parameters).await?;
                let id = element(&answer, "MessageId").unwrap_or_default();
                Ok(json!({ "MessageId": id }))
            }
            _ => self.post_json(request, parameters).await,
        }
    }
}

/// The response, unless it is an error.
fn accepted(
    request: &'static Request,
    answer: Result<Answer, RequestError>,
) -> Result<Answer, CloudError> {
    let answer = answer.map_err(|error| {
        let message = "cannot create the request".to_owned();
        CloudError {
            source: cause(&*error),
            ..request_error(request, ErrorKind::Unreachable, message)
        }
    })?;
    if answer.status < 400 {
        return Ok(answer);
    }
    let (code, message) = match request.service {
        "sns" => (element(&answer.body, "Code"), element(&answer.body, "Message")),
        _ => refusal(&answer.body),
    };
    let message = message.unwrap_or_else(|| format!("HTTP status {}", answer.status));
    Err(CloudError {
        kind: error_kind(code.as_deref(), &message, Some(answer.status)),
        code,
        request_id: answer.request_id,
        ..request_error(request, ErrorKind::Other, message)
    })
}

fn service_name(request: &Request) -> &'static str {
    match request.service {
        "sns" => "SNS",
        "kms" => "KMS",
        _ => "DynamoDB",
    }
}

fn request_error(request: &'static Request, kind: ErrorKind, message: String) -> CloudError {
    let service = service_name(request);
    let operation = request.operation;
    CloudError { service, operation, kind, code: None, message, request_id: None, source: None }
}

/// The code and message of an error response in JSON. The name of the API precedes the code.
pub(super) fn refusal(body: &str) -> (Option<String>, Option<String>) {
    #[derive(Default, Deserialize)]
    struct Refusal {
        #[serde(rename = "__type")]
        code: Option<String>,
        #[serde(alias = "Message")]
        message: Option<String>,
    }
    let Refusal { code, message } = serde_json::from_str(body).unwrap_or_default();
    let code = code.and_then(|code| code.rsplit('#').next().map(str::to_owned));
    (code, message)
}

/// The text of the first element with this name, in XML as AWS writes it.
pub(super) fn element(xml: &str, name: &str) -> Option<String> {
    let (_, after) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = after.split_once(&format!("</{name}>"))?;
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    Some(text.replace("&apos;", "'").replace("&#39;", "'").replace("&amp;", "&"))
}

/// The form of a request in AWS's query protocol.
fn form(operation: &str, parameters: &Value) -> Result<String, String> {
    let mut fields = vec![field("Action", operation), field("Version", SNS)];
    for (name, value) in parameters.as_object().into_iter().flatten() {
        match (name.as_str(), value) {
            ("MessageAttributes", Value::Object(attributes)) => {
                for (nth, (name, value)) in attributes.iter().enumerate() {
                    let entry = format!("MessageAttributes.entry.{}", nth + 1);
                    fields.push(field(&format!("{entry}.Name"), name));
                    for (part, value) in value.as_object().into_iter().flatten() {
                        fields.push(field(&format!("{entry}.Value.{part}"), &text(value)));
                    }
                }
            }
            // Step Functions accepts an object as the message, and sends it as text.
            ("Message", message) => fields.push(field("Message", &text(message))),
            (name, Value::Object(_) | Value::Array(_)) => {
                return Err(format!("`{name}` is neither a string nor a number"));
            }
            (name, value) => fields.push(field(name, &text(value))),
        }
    }
    Ok(fields.join("&"))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn field(name: &str, value: &str) -> String {
    format!("{}={}", encoded(name), encoded(value))
}

fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}
