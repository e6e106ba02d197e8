//! Buckets in memory: versions, delete markers, owners, settings.

use std::collections::BTreeMap;

use crate::{Bucket, BucketSettings};

/// One bucket.
pub(super) struct BucketRecord {
    /// Whether it belongs to another account.
    pub(super) foreign: bool,
    pub(super) region: String,
    pub(super) versioned: bool,
    pub(super) settings: Option<BucketSettings>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) objects: BTreeMap<String, Vec<Version>>,
    /// The KMS key of each object, by the object's key.
    pub(super) keys: BTreeMap<String, Option<String>>,
}

/// A version of an object, newest last; `None` is a delete marker.
pub(super) type Version = Option<Vec<u8>>;

impl BucketRecord {
    pub(super) fn new(region: &str, foreign: bool) -> Self {
        Self {
            foreign,
            region: region.to_owned(),
            versioned: false,
            settings: None,
            tags: BTreeMap::new(),
            objects: BTreeMap::new(),
            keys: BTreeMap::new(),
        }
    }

    /// What S3 says about it to a caller in this region, who is or is not the expected owner.
    pub(super) fn seen(&self, expected: bool, region: &str) -> Bucket {
        if self.region != region {
            Bucket::Elsewhere { region: self.region.clone() }
        } else if self.foreign || !expected {
            Bucket::Foreign
        } else {
            Bucket::Present { tags: self.tags.clone() }
        }
    }

    /// The current version of an object, unless it is deleted.
    pub(super) fn current(&self, key: &str) -> Option<&Vec<u8>> {
        self.objects.get(key)?.last()?.as_ref()
    }

    /// Deletes an object; with versioning, it adds a delete marker.
    pub(super) fn delete(&mut self, key: &str) {
        if self.versioned {
            self.objects.entry(key.to_owned()).or_default().push(None);
        } else {
            self.objects.remove(key);
        }
    }

    /// The keys under a prefix that have a current version.
    pub(super) fn keys(&self, prefix: &str) -> Vec<String> {
        let keys = self.objects.keys();
        keys.filter(|key| key.starts_with(prefix) && self.current(key).is_some()).cloned().collect()
    }

    /// Removes and counts every version and marker under a prefix.
    pub(super) fn purge(&mut self, prefix: &str) -> usize {
        let before = self.versions();
        self.objects.retain(|key, _| !key.starts_with(prefix));
        before - self.versions()
    }

    fn versions(&self) -> usize {
        self.objects.values().map(Vec::len).sum()
    }
}
