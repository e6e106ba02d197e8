//! A part of the whole that could be read, or could not.

use std::future::Future;
use std::time::Duration;

use serde::Serialize;
use tokio::time::timeout;

use cloud::{CloudError, ErrorKind};

/// What a read gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Probe<T> {
    /// It is known.
    Known(T),
    /// Nobody could tell.
    Unknown {
        /// The permission that was missing, where that was the reason.
        needs: Option<&'static str>,
        /// What AWS said, or what happened on the way.
        could_not_tell: String,
    },
}

/// For so long a part is waited for; the others shall not wait for an endpoint that cannot be reached.
const PATIENCE: Duration = Duration::from_secs(10);

impl<T> Probe<T> {
    /// What a read gives that needs this permission, if it gives it in ten seconds.
    pub async fn of(
        read: impl Future<Output = Result<T, CloudError>>,
        permission: &'static str,
    ) -> Self {
        match timeout(PATIENCE, read).await {
            Ok(Ok(known)) => Self::Known(known),
            Err(_) => {
                let could_not_tell = format!("no answer in {} s", PATIENCE.as_secs());
                Self::Unknown { needs: None, could_not_tell }
            }
            Ok(Err(error)) => Self::Unknown {
                needs: (error.kind == ErrorKind::Denied).then_some(permission),
                could_not_tell: error.to_string(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_ever() {
        let reading: Probe<()> = Probe::of(pending(), "x:Y").await;
        let could_not_tell = "no answer in 10 s".to_owned();
        assert_eq!(reading, Probe::Unknown { needs: None, could_not_tell });
    }
}
