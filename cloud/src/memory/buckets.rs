//! Buckets in memory: versions, delete markers, owners, settings.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::{Bucket, BucketSettings, ObjectVersion, StoredVersion};

/// One bucket.
pub(super) struct BucketRecord {
    /// Whether it belongs to another account.
    pub(super) foreign: bool,
    pub(super) region: String,
    pub(super) versioned: bool,
    pub(super) settings: Option<BucketSettings>,
    pub(super) tags: BTreeMap<String, String>,
    /// By key, the newest version last.
    pub(super) objects: BTreeMap<String, Vec<Version>>,
    /// The KMS key of each object, by the object's key.
    pub(super) keys: BTreeMap<String, Option<String>>,
}

/// A version of an object, or a delete marker.
pub(super) struct Version {
    /// Its id; none without versioning.
    pub(super) id: Option<String>,
    /// `None` for a delete marker.
    pub(super) content: Option<Content>,
}

/// What is stored.
pub(super) struct Content {
    pub(super) bytes: Vec<u8>,
    /// Whether it was uploaded with a checksum.
    pub(super) has_checksum: bool,
    /// The size of its parts, if it was uploaded in parts; the last one can be smaller.
    pub(super) part_size: Option<usize>,
}

impl Content {
    /// SHA-256 in hexadecimal digits.
    pub(super) fn sha256(&self) -> String {
        hexadecimal(&Sha256::digest(&self.bytes))
    }

    /// The digest of the digests of its parts, and their number, if it was uploaded in parts.
    fn parts_sha256(&self) -> Option<String> {
        let parts: Vec<_> = self.bytes.chunks(self.part_size?).map(Sha256::digest).collect();
        Some(format!("{}-{}", hexadecimal(&Sha256::digest(parts.concat())), parts.len()))
    }
}

fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

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
    pub(super) fn current(&self, key: &str) -> Option<&Content> {
        self.content(key, None)
    }

    /// A version of an object, by default the current one.
    pub(super) fn content(&self, key: &str, version: Option<&str>) -> Option<&Content> {
        self.version(key, version)?.content.as_ref()
    }

    /// A version of an object, as S3 describes it.
    pub(super) fn described(&self, key: &str, version: Option<&str>) -> Option<ObjectVersion> {
        let found = self.version(key, version)?;
        let content = found.content.as_ref()?;
        let is_whole = content.has_checksum && content.part_size.is_none();
        let sha256 = is_whole.then(|| content.sha256());
        let parts_sha256 = content.parts_sha256();
        Some(ObjectVersion { version: found.id.clone(), sha256, parts_sha256 })
    }

    fn version(&self, key: &str, version: Option<&str>) -> Option<&Version> {
        let versions = self.objects.get(key)?;
        match version {
            None => versions.last(),
            Some(id) => versions.iter().find(|one| one.id.as_deref() == Some(id)),
        }
    }

    /// Stores an object as a version of this id, which counts only with versioning. Returns the id.
    pub(super) fn put(&mut self, key: &str, content: Content, id: String) -> Option<String> {
        let id = self.versioned.then_some(id);
        let versions = self.objects.entry(key.to_owned()).or_default();
        // Without versioning, an object has one version, which has no id.
        versions.retain(|version| version.id.is_some() || id.is_some());
        versions.push(Version { id: id.clone(), content: Some(content) });
        id
    }

    /// Deletes an object; with versioning, it adds a delete marker of this id, and returns the id.
    pub(super) fn delete(&mut self, key: &str, marker: String) -> Option<String> {
        if !self.versioned {
            self.objects.remove(key);
            return None;
        }
        let version = Version { id: Some(marker.clone()), content: None };
        self.objects.entry(key.to_owned()).or_default().push(version);
        Some(marker)
    }

    /// Removes a version permanently.
    pub(super) fn remove(&mut self, key: &str, id: Option<&str>) {
        if let Some(versions) = self.objects.get_mut(key) {
            versions.retain(|version| version.id.as_deref() != id);
        }
        self.objects.retain(|_, versions| !versions.is_empty());
    }

    /// The keys under a prefix that have a current version.
    pub(super) fn keys(&self, prefix: &str) -> Vec<String> {
        let keys = self.objects.keys();
        keys.filter(|key| key.starts_with(prefix) && self.current(key).is_some()).cloned().collect()
    }

    /// Every version and marker under a prefix.
    pub(super) fn versions(&self, prefix: &str) -> Vec<StoredVersion> {
        let objects = self.objects.iter().filter(|(key, _)| key.starts_with(prefix));
        let versions = objects.flat_map(|(key, versions)| {
            versions.iter().map(|one| StoredVersion { key: key.clone(), version: one.id.clone() })
        });
        versions.collect()
    }
}
