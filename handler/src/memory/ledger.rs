//! A ledger in memory: a table with two conditional writes and late deletion.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::arn::ExecutionArn;
use crate::ledger::{Claim, Entry, Ledger, LedgerError, Terms};
use crate::source::VerdictJson;

/// A table in memory. Clones share their items.
#[derive(Debug, Clone, Default)]
pub struct MemoryLedger {
    items: Arc<Mutex<BTreeMap<String, Item>>>,
}

/// An item of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The part that the flow reads.
    pub entry: Entry,
    /// When DynamoDB may delete it, in seconds since 1970.
    pub expires_at: i64,
}

impl MemoryLedger {
    /// Gets an item. Expired items stay readable until they are deleted.
    #[must_use]
    pub fn item(&self, key: &str) -> Option<Item> {
        self.items().get(key).cloned()
    }

    /// The number of items.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items().len()
    }

    /// Whether there is no item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items().is_empty()
    }

    /// Puts an item, as another program would, such as the original application.
    pub fn put(&self, key: &str, item: Item) {
        self.items().insert(key.to_owned(), item);
    }

    /// Deletes the expired items, as DynamoDB does within days.
    pub fn delete_expired(&self, epoch_seconds: i64) {
        self.items().retain(|_, item| item.expires_at >= epoch_seconds);
    }

    fn items(&self) -> MutexGuard<'_, BTreeMap<String, Item>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ledger for MemoryLedger {
    async fn claim(&self, key: &str, terms: &Terms, expires_at: i64) -> Result<Claim, LedgerError> {
        let mut items = self.items();
        if let Some(item) = items.get(key) {
            return Ok(Claim::Existing(item.entry.clone()));
        }
        let entry = Entry {
            execution_arn: terms.execution_arn.clone(),
            origin: Some(terms.origin.clone()),
            claimed_at: Some(terms.claimed_at),
            verdict: None,
            bounced: false,
        };
        items.insert(key.to_owned(), Item { entry, expires_at });
        Ok(Claim::Claimed)
    }

    async fn record(
        &self,
        key: &str,
        execution: &ExecutionArn,
        verdict: &VerdictJson,
        expires_at: i64,
    ) -> Result<String, LedgerError> {
        let mut items = self.items();
        let item = items.entry(key.to_owned()).or_insert_with(|| {
            let execution_arn = execution.clone();
            let entry = Entry {
                execution_arn,
                origin: None,
                claimed_at: None,
                verdict: None,
                bounced: false,
            };
            Item { entry, expires_at }
        });
        Ok(item.entry.verdict.get_or_insert_with(|| verdict.as_str().to_owned()).clone())
    }

    async fn note_bounce(&self, key: &str) -> Result<(), LedgerError> {
        if let Some(item) = self.items().get_mut(key) {
            item.entry.bounced = true;
        }
        Ok(())
    }
}
