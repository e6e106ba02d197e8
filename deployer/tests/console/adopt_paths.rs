//! The path of the roles of an adopted stack: it stays, because IAM moves no role.

use crate::adopt::{NAME, SETUP, kept, template, with};

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
        let plan = session.flow("plan", &format!("--memory 256 {NAME} --role-path /mail/")).await;
        assert!(plan.out.contains("REPLACE MfsmFunctionRole"), "{}", plan.all());
    }
}
