//! STS in memory: the account's caller.

use async_trait::async_trait;

use crate::{Caller, CloudError, Identity};

use super::MemoryCloud;

#[async_trait]
impl Identity for MemoryCloud {
    async fn caller(&self) -> Result<Caller, CloudError> {
        let account = self.pass().await.call("STS", "GetCallerIdentity", false)?;
        Ok(Caller {
            account: account.id.clone(),
            arn: account
                .caller
                .clone()
                .unwrap_or_else(|| format!("arn:aws:iam::{}:user/operator", account.id)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_caller_belongs_to_the_account() {
        let cloud = MemoryCloud::new("111122223333", "us-east-1").unwrap();
        assert_eq!(cloud.caller().await.unwrap().account, "111122223333");
        cloud.expire_credentials();
        let refused = cloud.caller().await.unwrap_err();
        assert_eq!(refused.code.as_deref(), Some("ExpiredToken"));
    }
}
