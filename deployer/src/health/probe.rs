//! A part of the health that may be unreadable.

use std::future::Future;
use std::time::Duration;

use serde::Serialize;
use tokio::time::timeout;

use cloud::{CloudError, ErrorKind};

/// The result of a read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Reading<T> {
    Known(T),
    /// It could not be read.
    Unknown {
        /// The missing permission, if that was the reason.
        needs: Option<&'static str>,
        /// What AWS reported, or what happened on the way.
        could_not_tell: String,
    },
}

/// The timeout for each part. The others must not wait for an unreachable endpoint.
const PATIENCE: Duration = Duration::from_secs(10);

impl<T> Reading<T> {
    /// Runs a read that needs `permission`, with a timeout of ten seconds.
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
    async fn a_pending_read_times_out() {
        let reading: Reading<()> = Reading::of(pending(), "x:Y").await;
        let could_not_tell = "no answer in 10 s".to_owned();
        assert_eq!(reading, Reading::Unknown { needs: None, could_not_tell });
    }
}
