//! The stack's tags.

use std::collections::BTreeMap;

use super::pair;
use super::quoted::quoted;
use crate::finding::Finding;

/// The tag by which the deployer recognizes its own stacks and buckets.
pub(super) const OWNER_KEY: &str = "message-flow:managed-by";
/// The value of [`OWNER_KEY`].
pub(super) const OWNER_VALUE: &str = "deployer";

/// The tag of the deployer's bucket with the KMS key of its default encryption.
const KMS_KEY: &str = "message-flow:kms-key";

/// Tags of a stack, which CloudFormation propagates to its resources. They include the deployer's
/// own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tags(BTreeMap<String, String>);

/// The maximum number of tags of a stack. Source: CloudFormation API reference, `CreateChangeSet`.
const MAX_TAGS: usize = 50;

impl Tags {
    /// A stack's tags without the deployer's own.
    pub fn others(tags: &BTreeMap<String, String>) -> impl Iterator<Item = (&str, &str)> {
        let tags = tags.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        tags.filter(|(key, _)| *key != OWNER_KEY)
    }

    /// The same as `KEY=VALUE`.
    pub fn pairs_of_others(tags: &BTreeMap<String, String>) -> Vec<String> {
        Self::others(tags).map(|(key, value)| pair::joined(key, value)).collect()
    }

    /// Reads `KEY=VALUE` pairs.
    /// Error: a finding for each pair that AWS would refuse.
    pub fn parse(pairs: &[String]) -> Result<Self, Vec<Finding>> {
        let mut tags = Self::own();
        let mut faults = Vec::new();
        for pair in pairs {
            match read(pair) {
                // IAM ignores case in the keys of a role's tags, so the stack's tags must not
                // differ in case alone.
                Ok((key, _)) if tags.0.keys().any(|known| known.eq_ignore_ascii_case(&key)) => {
                    let sentence = format!(
                        "the key `{}` is given twice; IAM ignores case in it",
                        quoted(&key)
                    );
                    faults.push(fault_of(&key, sentence));
                }
                Ok((key, value)) => {
                    tags.0.insert(key, value);
                }
                Err(found) => faults.push(found),
            }
        }
        if tags.0.len() > MAX_TAGS {
            faults.push(fault(format!(
                "{} tags: a stack has at most {MAX_TAGS}, including those of the deployer",
                tags.0.len()
            )));
        }
        if faults.is_empty() { Ok(tags) } else { Err(faults) }
    }
    pub fn own() -> Self {
        Self(BTreeMap::from([(OWNER_KEY.to_owned(), OWNER_VALUE.to_owned())]))
    }
    pub fn as_map(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// The tags of the deployer's bucket, whose default encryption has this KMS key.
    pub fn of_bucket(kms_key: Option<&str>) -> BTreeMap<String, String> {
        let mut tags = Self::own().0;
        tags.extend(kms_key.map(|key| (KMS_KEY.to_owned(), key.to_owned())));
        tags
    }

    /// The KMS key of the bucket with these tags.
    pub fn kms_key_of(tags: &BTreeMap<String, String>) -> Option<&str> {
        tags.get(KMS_KEY).map(String::as_str)
    }

    /// All tags but the deployer's own, by key.
    pub fn given(&self) -> impl Iterator<Item = (&str, &str)> {
        let given = self.0.iter().filter(|(key, _)| *key != OWNER_KEY);
        given.map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Whether these tags mark a resource as the deployer's own.
    pub fn mark_as_own(tags: &BTreeMap<String, String>) -> bool {
        tags.get(OWNER_KEY).is_some_and(|value| value == OWNER_VALUE)
    }
}

/// The rules of the Resource Groups Tagging API, which apply to every service of the stack: key 1
/// to 128 characters, value up to 256, letters, digits, spaces and `_.:/=+-@`, no key that begins
/// with `aws:`. Source: AWS General Reference, "Tagging AWS resources".
fn read(pair: &str) -> Result<(String, String), Finding> {
    let (key, value) = pair::split(pair)
        .ok_or_else(|| fault_of(pair, format!("`{}`: a tag is written KEY=VALUE", quoted(pair))))?;
    let fault = |sentence: String| Err(fault_of(&key, sentence));
    if key.is_empty() || key.chars().count() > 128 {
        return fault(format!("`{}`: a key has 1 to 128 characters", quoted(pair)));
    }
    if value.chars().count() > 256 {
        return fault(format!("`{}`: a value has up to 256 characters", quoted(&key)));
    }
    if key.to_ascii_lowercase().starts_with("aws:") {
        return fault(format!("`{}`: keys that begin with aws: belong to AWS", quoted(&key)));
    }
    if key.eq_ignore_ascii_case(OWNER_KEY) {
        return fault(format!("`{OWNER_KEY}` is the deployer's own"));
    }
    if let Some(bad) = key.chars().chain(value.chars()).find(|char| !is_tag_character(*char)) {
        return fault(format!(
            "`{}`: the character {bad:?} is not allowed in a tag; letters, digits, spaces and \
             _ . : / = + - @ are",
            quoted(&key)
        ));
    }
    Ok((key.into_owned(), value.to_owned()))
}

fn is_tag_character(char: char) -> bool {
    char.is_alphanumeric() || char == ' ' || "_.:/=+-@".contains(char)
}

fn fault(sentence: String) -> Finding {
    Finding::error("tag", "--tag", sentence)
}

/// A fault of one tag.
fn fault_of(key: &str, sentence: String) -> Finding {
    Finding::error("tag", format!("--tag {}", pair::joined(key, "")), sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[&str]) -> Result<Tags, Vec<Finding>> {
        Tags::parse(&pairs.iter().map(|pair| (*pair).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn tags_are_read_and_include_the_deployers_own() {
        let tags = parse(&["team=mail", "url=https://a/?b=c".trim_end_matches("?b=c"), "empty="]);
        let tags = tags.unwrap();
        assert_eq!(tags.as_map()["team"], "mail");
        assert_eq!(tags.as_map()["empty"], "");
        assert!(Tags::mark_as_own(tags.as_map()));
    }

    #[test]
    fn tags_that_aws_refuses_are_refused() {
        for pair in [
            "novalue",
            "=value",
            "aws:x=1",
            "AWS:x=1",
            "message-flow:managed-by=me",
            "a=\n",
            "a={{b}}",
            "a\"b=c",
        ] {
            assert_eq!(parse(&[pair]).unwrap_err().len(), 1, "{pair:?}");
        }
        assert!(parse(&["a=1", "a=2"]).is_err());
        assert!(parse(&["Team=a", "team=b"]).is_err());
        assert!(parse(&[&format!("{}=1", "k".repeat(129))]).is_err());
        assert!(parse(&[&format!("k={}", "v".repeat(257))]).is_err());
        let many: Vec<String> = (0..50).map(|n| format!("k{n}=v")).collect();
        assert!(Tags::parse(&many).is_err());
        assert!(Tags::parse(&many[..49]).is_ok());
    }
}
