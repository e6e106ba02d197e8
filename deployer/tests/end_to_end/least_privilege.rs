//! The handler's role suffices for every path, and every right in it is needed.
//!
//! The rights are read from IAM, so a new statement in the template is tested without a change
//! here.

use crate::emulator::Trouble;
use crate::paths::Paths;
use crate::role::Removal;

#[tokio::test]
async fn every_path_works_with_the_role_and_every_right_is_needed() -> Result<(), Trouble> {
    let paths = Paths::deploy().await?;
    assert_eq!(joined(&paths.run_all().await?), "");

    let role = &paths.role;
    let removals = role.removals().await?;
    assert!(!removals.is_empty(), "the role has no rights at all");
    let mut superfluous = Vec::new();
    for removal in &removals {
        role.remove(removal).await?;
        let troubles = paths.run_all().await?;
        role.restore(removal).await?;
        for trouble in &troubles {
            assert!(is_its_refusal(removal, trouble), "without {removal}: {trouble}");
        }
        if troubles.is_empty() {
            superfluous.push(removal.to_string());
        }
    }
    assert_eq!(superfluous, Vec::<String>::new());
    assert_eq!(joined(&paths.run_all().await?), "");
    Ok(())
}

/// Whether a path failed because AWS denied the removed right, and for no other reason.
fn is_its_refusal(removal: &Removal, trouble: &Trouble) -> bool {
    let joined = trouble.to_string();
    ["AccessDenied", "implicitDeny"].iter().any(|word| joined.contains(word))
        && removal.actions.iter().any(|action| joined.contains(action))
}

fn joined(troubles: &[Trouble]) -> String {
    troubles.iter().map(Trouble::to_string).collect::<Vec<_>>().join("\n")
}
