//! The built-in flows that read and change messages: their functions on this machine and in the emulator, with the content
//! of messages in memory, because the emulator lacks that service.
//!
//! boto3, which Lambda has, comes from the emulator's virtual environment: the emulator runs functions with its Python, and
//! on this machine it is the only one in PATH.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::emulator::account::{REGION, SECRET, refused};
use crate::emulator::message::message;
use crate::emulator::{Trouble, account};
use crate::message_content::MessageContent;
use crate::sandbox::Sandbox;

const TEXT: &str = "Déjà <lu>.";
const ORGANIZATION: &str = "organization=m-0123456789abcdef0123456789abcdef";
/// A header field that a mail program folded, which has to stay as it is.
const HEAD: &str = "From: =?utf-8?q?J=C3=B6rg?= <joerg@example.com>\r\nTo: bob@example.net\r\nSubject: a\r\n \
                    folded   subject\r\nMessage-ID: <1@example.com>\r\nDate: Tue, 1 Dec 2026 10:00:00 +0000\r\nX-Odd: two  \
                    spaces\r\n";

/// A flow with a function, and the messages that the function can read.
struct Trial {
    sandbox: Sandbox,
    content: MessageContent,
    flow: &'static str,
    function: &'static str,
}

impl Trial {
    async fn new(flow: &'static str, function: &'static str) -> Result<Self, Trouble> {
        let mut sandbox = Sandbox::new().await?;
        let content = MessageContent::start(&sandbox.account)?;
        let python = sandbox.emulator.python.parent().map(|bin| bin.display().to_string());
        sandbox.variable("PATH", python.unwrap_or_default());
        Ok(Self { sandbox, content, flow, function })
    }

    /// The bucket for changed messages; the names of buckets are unique in all accounts.
    fn bucket(&self) -> String {
        format!("changed-messages-{}", self.sandbox.account.id)
    }

    async fn make_bucket(&self) -> Result<(), Trouble> {
        let made = self.sandbox.account.storage().create_bucket().bucket(self.bucket());
        made.send().await.map(drop).map_err(|cause| refused("CreateBucket", cause))
    }

    fn options<'a>(&self, more: &[&'a str]) -> Vec<&'a str> {
        let organization = ["--parameter", ORGANIZATION];
        [&["--flow", self.flow], &organization[..], more].concat()
    }

    /// What the function answers on this machine about a message, or its error.
    async fn invoke(&self, id: &str, more: &[&str]) -> Result<Value, Trouble> {
        let variables = json!({ self.function: {
            "AWS_ENDPOINT_URL_S3": self.sandbox.account.endpoint,
            self.content.variable().0: self.content.variable().1,
            "AWS_ACCESS_KEY_ID": self.sandbox.account.id,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "BUCKET": self.bucket(),
        } });
        let variables = self.sandbox.file("variables.json", variables.to_string())?;
        let event = self.sandbox.file("event.json", event(id, "OUTBOUND").to_string())?;
        let line = ["invoke", "--function", self.function, "--local", "--output", "json"];
        let files = ["--event", &event, "--function-variables", &variables];
        let line = [&line[..], &files, &self.options(more)].concat();
        let printed = self.sandbox.deployer.run(&line).await?;
        serde_json::from_str(&printed.stdout)
            .map_err(|cause| Trouble::of(format!("{}{}", printed.stdout, printed.stderr), cause))
    }

    /// The flow with its function in the emulator, which uses the messages here.
    async fn up(&self, logical_id: &str, more: &[&str]) -> Result<(), Trouble> {
        let (name, value) = self.content.variable();
        let patch = json!({ "Resources": { logical_id: { "Properties": {
            "Environment": { "Variables": { name: value } },
        } } } });
        let overlay = self.sandbox.file("overlay.json", patch.to_string())?;
        let options = [&self.options(more)[..], &["--overlay", &overlay]].concat();
        self.sandbox.up(&options).await?.ended(0).map(drop)
    }

    /// The action of the verdict about a message.
    async fn verdict(&self, id: &str, direction: &str) -> Result<Value, Trouble> {
        let event = event(id, direction);
        for _ in 0..10 {
            let answer = self.sandbox.send(&event).await?;
            if answer.failed && answer.error() != Some("NotReady") {
                return Err(Trouble::of("no verdict", answer.body));
            }
            if !answer.failed {
                return Ok(answer.body["actions"][0]["action"]["type"].clone());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err(Trouble::new("no verdict after ten invocations"))
    }
}

/// An event whose message and invocation have the same number.
fn event(id: &str, direction: &str) -> Value {
    let mut event = message(&format!("{}{id}", "0".repeat(32 - id.len())));
    event["messageId"] = id.into();
    event["flowDirection"] = direction.into();
    event
}

/// A message with an attachment of this name and content.
fn with_attachment(disposition: &str, content: &[u8]) -> String {
    let content = STANDARD.encode(content);
    format!(
        "{HEAD}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: \
         text/plain\r\n\r\nHello\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: \
         {disposition}\r\nContent-Transfer-Encoding: base64\r\n\r\n{content}\r\n--b--\r\n"
    )
}

#[tokio::test]
async fn attached_programs_are_found_whatever_is_around_them() -> Result<(), Trouble> {
    let trial = Trial::new("attachments", "inspect").await?;
    let zip = crate::package::zipped(&[("docs/a.txt", b"a"), ("docs/run.JS", b"b")]);
    let inner = with_attachment("attachment; filename=\"in.scr\"", b"x");
    let forwarded = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--c--\r\n"
    );
    let named = |disposition: &str| with_attachment(disposition, b"x");
    let cases = [
        (format!("{HEAD}\r\nHello\r\n"), json!([])),
        (named("attachment; filename=\"report.pdf\""), json!([])),
        (named("attachment; filename=\"report.pdf.EXE\""), json!(["report.pdf.EXE"])),
        (named("inline; filename=\"a.exe. .\""), json!(["a.exe. ."])),
        (named("attachment; filename*=utf-8''%E2%80%AEfdp.exe"), json!(["\u{202e}fdp.exe"])),
        (named("attachment; filename=\"=?utf-8?b?YS5leGU=?=\""), json!(["a.exe"])),
        (named("attachment; filename*0=\"a.e\"; filename*1=\"xe\""), json!(["a.exe"])),
        (with_attachment("attachment; filename=\"docs.dat\"", &zip), json!(["docs/run.JS"])),
        (with_attachment("attachment; filename=\"bad.zip\"", b"PK\x03\x04no archive"), json!([])),
        (forwarded, json!(["in.scr"])),
        ("no header at all".to_owned(), json!([])),
    ];
    for (nth, (raw, expected)) in cases.iter().enumerate() {
        let id = format!("{nth:x}");
        trial.content.receive(&id, raw);
        let answer = trial.invoke(&id, &[]).await?;
        assert_eq!(answer["payload"]["programs"], *expected, "{raw}\n{answer}");
        let found = expected.as_array().is_some_and(|programs| !programs.is_empty());
        assert_eq!(answer["payload"]["hasProgram"], found, "{answer}");
        assert_eq!(trial.content.take_calls(), ["GetRawMessageContent"]);
    }
    let gone = trial.invoke("ffff", &[]).await?;
    assert_eq!(
        (&gone["failed"], &gone["payload"]["errorType"]),
        (&true.into(), &"ResourceNotFoundException".into())
    );
    Ok(())
}

#[tokio::test]
async fn mail_with_an_attached_program_is_kept_away() -> Result<(), Trouble> {
    let trial = Trial::new("attachments", "inspect").await?;
    trial.up("MfsmFlowFunctionInspect", &["--parameter", "action=BOUNCE"]).await?;
    let named = |name: &str| with_attachment(&format!("attachment; filename=\"{name}\""), b"x");
    for (id, name, direction, action) in [
        ("1", "a.exe", "INBOUND", "BOUNCE"),
        ("2", "a.pdf", "INBOUND", "DEFAULT"),
        ("3", "a.exe", "OUTBOUND", "DEFAULT"),
    ] {
        trial.content.receive(id, &named(name));
        assert_eq!(trial.verdict(id, direction).await?, action, "{name} {direction}");
        let read = trial.content.take_calls().len();
        assert_eq!(read, usize::from(direction == "INBOUND"), "{name} {direction}");
    }
    Ok(())
}

/// A message whose body has a plain and an HTML version, in a charset of its own.
fn letter() -> String {
    format!(
        "{HEAD}MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"b\"\r\n\r\nnot shown\r\n--b\r\n\
         Content-Type: text/plain; charset=iso-8859-1; format=flowed\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
         Gr=FC=DFe\r\n--b\r\nContent-Type: text/html\r\n\r\n<html><body><p>Hi</p></BODY ></html>\r\n--b--\r\n"
    )
}

/// The parts of a message in base64, decoded.
fn decoded(raw: &str) -> Vec<String> {
    let parts = raw.split("Content-Transfer-Encoding: base64").skip(1);
    let body = |part: &str| {
        let (_, body) = part.split_once("\r\n\r\n").unwrap_or_default();
        body.split("\r\n--").next().unwrap_or_default().replace("\r\n", "")
    };
    let text = |part| {
        String::from_utf8_lossy(&STANDARD.decode(body(part)).unwrap_or_default()).into_owned()
    };
    parts.map(text).collect()
}

#[tokio::test]
async fn a_text_is_added_once_and_nothing_else_changes() -> Result<(), Trouble> {
    let trial = Trial::new("disclaimer", "append").await?;
    trial.make_bucket().await?;
    let text = format!("text={TEXT}");
    let text = ["--parameter", text.as_str()];
    trial.content.receive("1", &letter());
    let answer = trial.invoke("1", &text).await?;
    assert_eq!(answer["payload"], json!({ "hasText": true, "reason": "added" }), "{answer}");
    assert_eq!(trial.content.take_calls(), ["GetRawMessageContent", "PutRawMessageContent"]);
    let changed = trial.content.raw("1");
    assert!(changed.starts_with(HEAD), "{changed}");
    assert!(
        changed.contains("not shown\r\n--b\r\n") && changed.contains("format=\"flowed\""),
        "{changed}"
    );
    let html = "<html><body><p>Hi</p><p>Déjà &lt;lu&gt;.</p></BODY ></html>";
    assert_eq!(decoded(&changed)[0], format!("Grüße\r\n\r\n{TEXT}\r\n"));
    assert_eq!(decoded(&changed)[1], html);

    // Lambda may call a function again.
    let again = trial.invoke("1", &text).await?;
    assert_eq!(again["payload"]["reason"], "it was there before");
    assert_eq!(trial.content.take_calls(), ["GetRawMessageContent"]);
    assert_eq!(trial.content.raw("1"), changed);
    Ok(())
}

#[tokio::test]
async fn a_message_that_cannot_be_changed_stays_as_it_is() -> Result<(), Trouble> {
    let trial = Trial::new("disclaimer", "append").await?;
    trial.make_bucket().await?;
    let long = format!("{HEAD}X-Long: {}\r\n\r\nHi\r\n", "x".repeat(1000));
    let cases = [
        (
            format!(
                "{HEAD}Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nHi\r\n--b--\r\n"
            ),
            "it is signed or encrypted",
        ),
        (
            format!("{HEAD}Content-Type: application/pkcs7-mime\r\n\r\nMIIB\r\n"),
            "it is signed or encrypted",
        ),
        (format!("{HEAD}Content-Type: image/png\r\n\r\nx\r\n"), "it has no text"),
        (
            format!("{HEAD}Content-Type: text/plain; charset=klingon\r\n\r\nx\r\n"),
            "its text cannot be read",
        ),
        (
            format!("{HEAD}\r\nfrozen\r\n"),
            "WorkMail allows no change of this message: MessageFrozen",
        ),
        (long, "WorkMail does not accept the changed message: MessageRejected"),
    ];
    for (nth, (raw, reason)) in cases.iter().enumerate() {
        let id = nth.to_string();
        trial.content.receive(&id, raw);
        if raw.contains("frozen") {
            trial.content.freeze(&id);
        }
        let answer = trial.invoke(&id, &["--parameter", "text=Hello."]).await?;
        assert_eq!(answer["payload"], json!({ "hasText": false, "reason": reason }), "{answer}");
        assert_eq!(trial.content.raw(&id), *raw);
    }
    Ok(())
}

#[tokio::test]
async fn outbound_mail_leaves_with_the_text() -> Result<(), Trouble> {
    let trial = Trial::new("disclaimer", "append").await?;
    let text = ["--parameter", "text=Confidential.", "--parameter", "unchanged=BOUNCE"];
    trial.up("MfsmFlowFunctionAppend", &text).await?;
    let plain = format!("{HEAD}\r\nHello\r\n");
    for (id, direction) in [("1", "OUTBOUND"), ("2", "INBOUND")] {
        trial.content.receive(id, &plain);
        assert_eq!(trial.verdict(id, direction).await?, "DEFAULT");
    }
    assert_eq!(decoded(&trial.content.raw("1")), ["Hello\r\n\r\nConfidential.\r\n"]);
    assert_eq!(trial.content.raw("2"), plain, "inbound mail is not read");
    trial.content.receive("3", &plain);
    trial.content.freeze("3");
    assert_eq!(trial.verdict("3", "OUTBOUND").await?, "BOUNCE");

    let bucket = trial.sandbox.account.output(&trial.sandbox.stack, "ChangedMessagesBucket").await;
    let bucket = bucket.ok_or_else(|| Trouble::new("no bucket"))?;
    workmail_may_read(&trial, &bucket).await?;
    let down = trial.sandbox.run(&["down", "--yes"]).await?.ended(0)?;
    assert!(down.stderr.contains("ChangedMessages"), "{}", down.stderr);
    let kept = trial.sandbox.account.storage().head_bucket().bucket(&bucket).send().await;
    kept.map(drop).map_err(|cause| account::refused("HeadBucket", cause))
}

/// The bucket's policy is the one that WorkMail needs, and no wider.
async fn workmail_may_read(trial: &Trial, bucket: &str) -> Result<(), Trouble> {
    let policy = trial.sandbox.account.storage().get_bucket_policy().bucket(bucket).send().await;
    let policy = policy.map_err(|cause| refused("GetBucketPolicy", cause))?;
    let policy: Value = serde_json::from_str(policy.policy().unwrap_or_default())
        .map_err(|cause| Trouble::of("the policy of the bucket", cause))?;
    let account = &trial.sandbox.account.id;
    let messages = format!(
        "arn:aws:workmailmessageflow:{REGION}:{account}:message/m-0123456789abcdef0123456789abcdef/*"
    );
    let expected = json!([{
        "Sid": "LetWorkMailReadChangedMessages",
        "Effect": "Allow",
        "Principal": { "Service": format!("workmail.{REGION}.amazonaws.com") },
        "Action": ["s3:GetObject", "s3:GetObjectVersion"],
        "Resource": format!("arn:aws:s3:::{bucket}/*"),
        "Condition": {
            "StringEquals": { "aws:SourceAccount": account },
            "Bool": { "aws:SecureTransport": "true" },
            "ArnLike": { "aws:SourceArn": messages },
        },
    }]);
    assert_eq!(policy["Statement"], expected);
    Ok(())
}
