//! The handler's role suffices for every path, and nothing in it is superfluous.
//!
//! The rights are read from IAM, so a statement that is added to the template is put to the proof
//! without a word here.

use crate::emulator::Trouble;
use crate::paths::Paths;
use crate::role::Loss;

#[tokio::test]
async fn every_path_works_with_the_role_and_every_right_is_needed() -> Result<(), Trouble>
{
    let paths = Paths::lay_out().await?;
    assert_eq!(told(&paths.walk().await?), "");

    let role = &paths.role;
    let losses = role.losses().await?;
    assert!(!losses.is_empty(), "the role has no rights at all");
    let mut superfluous = Vec::new();
    for loss in &losses {
        role.suffer(loss).await?;
        let troubles = paths.walk().await?;
        role.recover(loss).await?;
        for trouble in &troubles {
            assert!(is_its_refusal(loss, trouble), "without {loss}: {trouble}");
        }
        if troubles.is_empty() {
            superfluous.push(loss.to_string());
        }
    }
    assert_eq!(superfluous, Vec::<String>::new());
    assert_eq!(told(&paths.walk().await?), "");
    Ok(())
}

/// Whether a path ended because AWS refused what was taken away, and for no other reason.
fn is_its_refusal(loss: &Loss, trouble: &Trouble) -> bool {
    let told = trouble.to_string();
    ["AccessDenied", "implicitDeny"].iter().any(|word| told.contains(word))
        && loss.actions.iter().any(|action| told.contains(action))
}

fn told(troubles: &[Trouble]) -> String {
    troubles.iter().map(Trouble::to_string).collect::<Vec<_>>().join("\n")
}
