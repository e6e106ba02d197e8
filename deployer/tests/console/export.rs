//! `deployer export`: three files, always the same for the same inputs, or nothing at all.

use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::session::ConsoleSession;

fn json(session: &ConsoleSession, name: &str) -> Value {
    serde_json::from_str(&session.read(name)).unwrap()
}

#[tokio::test(start_paused = true)]
async fn export_writes_three_files_and_prints_the_next_commands() {
    let session = ConsoleSession::new("export");
    session.without("out");
    let export = session.flow("export $DIR/out", "--tag team=mail --bucket our-artifacts").await;
    assert_data_eq!(
        export.all(),
        str![[r#"
What a pipeline does with them:
  aws s3 cp --region us-east-1 "$DIR/out/handler.zip" s3://our-artifacts/workmail-message-flow/<sha256>.zip
  aws cloudformation deploy --region us-east-1 --stack-name workmail-message-flow --capabilities CAPABILITY_IAM --template-file "$DIR/out/template.json" --tags "team=mail"
--- stdout
$DIR/out/template.json
$DIR/out/handler.zip
$DIR/out/parameters.json
--- exit 0

"#]]
    );
    let written = std::fs::read(session.path("out/handler.zip")).unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(written)).unwrap();
    assert_eq!((zip.len(), zip.by_index(0).unwrap().name().unwrap().as_ref()), (1, "bootstrap"));
    assert!(session.cloud.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_template_is_what_up_would_deploy_except_for_two_parameters() {
    let session = ConsoleSession::new("export-template");
    session.without("out");
    assert_eq!(session.flow("export $DIR/out", "").await.code, 0);
    let rendered = session.flow("render", "").await.out;
    let rendered: Value = serde_json::from_str(&rendered).unwrap();
    let mut exported = json(&session, "out/template.json");
    let parameters = exported.as_object_mut().unwrap().remove("Parameters").unwrap();
    let given = json(&session, "out/parameters.json");
    let code = exported.pointer_mut("/Resources/MfsmFunction/Properties/Code").unwrap();
    for field in code.as_object_mut().unwrap().values_mut() {
        let name = field["Ref"].as_str().unwrap().to_owned();
        assert_eq!(parameters[&name]["Default"], given["Parameters"][&name]);
        *field = parameters[&name]["Default"].clone();
    }
    // What differs between machines is masked, so it is not compared.
    let shown = exported.to_string();
    let digest = exported["Metadata"]["MessageFlow"]["HandlerSha256"].as_str().unwrap();
    let shown: Value = serde_json::from_str(&shown.replace(digest, "<sha256>")).unwrap();
    assert_eq!(shown, rendered);
    assert_eq!(given["Tags"], serde_json::json!({}));
}

#[tokio::test(start_paused = true)]
async fn the_same_inputs_give_the_same_bytes() {
    let session = ConsoleSession::new("export-again");
    for folder in ["one", "two"] {
        session.without(folder);
        assert_eq!(session.flow(&format!("export $DIR/{folder}"), "--tag a=b").await.code, 0);
    }
    for name in ["template.json", "handler.zip", "parameters.json"] {
        let read = |folder: &str| std::fs::read(session.path(&format!("{folder}/{name}"))).unwrap();
        assert_eq!(read("one"), read("two"), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_export_leaves_no_files() {
    let session = ConsoleSession::new("export-refused");
    session.without("out");
    session.file("faulty.yaml", "StartAt: B\nStates:\n  A: {Type: Succeed}\n");
    let mut printed = String::new();
    for (folder, options) in [
        ("$DIR", ""),
        ("$DIR/out", "--bucket Our_Bucket"),
        ("$DIR/out", "--state-machine $DIR/faulty.yaml"),
    ] {
        printed.push_str(&session.flow(&format!("export {folder}"), options).await.all());
    }
    assert_data_eq!(
        printed,
        str![[r#"
error: $DIR is not empty; nothing was written

hint: name an empty folder, or one that does not exist yet
--- exit 2
error: --bucket cannot be used
  error[bucket] --bucket: `Our_Bucket`: a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens, and begins and ends with a letter or digit
--- exit 2
error: $DIR/faulty.yaml cannot be used as a message flow
  error[unknown-target] $DIR/faulty.yaml:1:1 $.StartAt: there is no state `B` at this level
    fix: use the name of a state at the same level: A
--- exit 2

"#]]
    );
    let lost = session.flow("export $DIR/out/deep", "").await;
    assert_eq!(lost.code, 1, "{}", lost.all());
    assert!(!session.path("out").exists());
}

#[tokio::test(start_paused = true)]
async fn a_large_template_is_deployed_through_the_bucket() {
    let session = ConsoleSession::new("export-large");
    session.without("out");
    let comment = "x".repeat(60_000);
    session.file(
        "large.yaml",
        format!("StartAt: A\nComment: {comment}\nStates: {{A: {{Type: Succeed}}}}\n"),
    );
    let options = "--state-machine $DIR/large.yaml --bucket our-artifacts";
    let export = session.flow("export $DIR/out", options).await;
    assert!(export.err.ends_with("template.json\" --s3-bucket our-artifacts\n"), "{}", export.err);
}

#[tokio::test(start_paused = true)]
async fn export_prints_json() {
    let session = ConsoleSession::new("export-json");
    session.without("out");
    let export = session.flow("export $DIR/out", "--output json").await;
    assert_eq!((export.code, export.err.as_str()), (0, ""));
    let object = export.json();
    assert_eq!(
        (&object["type"], &object["stack_name"]),
        (&"exported".into(), &"workmail-message-flow".into())
    );
    assert_eq!(object["bucket"], crate::session::BUCKET);
    assert_eq!(object["key"], "workmail-message-flow/<sha256>.zip");
    assert_eq!(object["files"][1], "$DIR/out/handler.zip");
}
