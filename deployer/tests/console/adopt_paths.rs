//! What an adoption must see and keep: the path of the roles, because IAM moves no role, and the function.

use cloud::{ErrorKind, Stacks};

use crate::adopt::{NAME, SETUP, STACK, adoptable, kept, template, with};
use crate::session::failure;

/// The sample gives its roles the path `/`; stacks of other hands leave it out, which is the same.
#[tokio::test(start_paused = true)]
async fn the_path_of_the_roles_stays() {
    let mut bare = template();
    for role in ["MfsmFunctionRole", "MfsmStateMachineRole"] {
        bare["Resources"][role]["Properties"].as_object_mut().unwrap().remove("Path");
    }
    for (name, template) in [("adopt-root", template()), ("adopt-bare", bare)] {
        let session = with(name, &template, &[]).await;
        let before = kept(&session);
        let moved = session.flow("up", &format!("--adopt --yes {NAME} --role-path /mail/")).await;
        assert_eq!(moved.code, 1, "{}", moved.all());
        for role in ["MfsmFunctionRole", "MfsmStateMachineRole"] {
            let why = format!("{role}: it would be replaced, because of /Properties/Path");
            assert!(moved.err.contains(&why), "{}", moved.all());
        }
        assert_eq!(session.cloud.writes(), SETUP);
        let root = session.flow("up", &format!("--adopt --yes {NAME} --role-path /")).await;
        assert_eq!(root.code, 0, "{}", root.all());
        let again = session.flow("up", &format!("--yes {NAME}")).await;
        assert!(again.err.contains("no changes"), "{}", again.all());
        assert_eq!(session.flow("up", &format!("--yes --memory 256 {NAME}")).await.code, 0);
        assert_eq!(kept(&session), before);
        let deployed = session.cloud.template_text(STACK).unwrap();
        assert_eq!(deployed.matches("\"Path\"").count(), if name == "adopt-root" { 2 } else { 0 });
        let plan = session.flow("plan", &format!("--memory 256 {NAME} --role-path /mail/")).await;
        assert!(plan.out.contains("REPLACE MfsmFunctionRole"), "{}", plan.all());
    }
}

#[tokio::test(start_paused = true)]
async fn without_read_access_nothing_is_adopted() {
    let session = adoptable("adopt-denied").await;
    let denied = failure(
        "Lambda",
        "GetFunctionConfiguration",
        ErrorKind::Denied,
        Some("AccessDeniedException"),
        "not authorized to perform: lambda:GetFunctionConfiguration",
    );
    session.cloud.fail_next("GetFunctionConfiguration", denied);
    assert_eq!(session.flow("up", &format!("--adopt --yes {NAME}")).await.code, 4);
    assert_eq!(session.cloud.writes(), SETUP);
    assert!(session.cloud.describe(STACK).await.unwrap().is_some());
}
