//! Manifests: objects that name the objects with the items of a distributed Map.

use serde_json::Value;

use super::reader::failed;
use crate::fault::Fault;

/// The `manifest.json` of an S3 inventory. Source: Amazon S3 user guide, "Locating your inventory list".
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Inventory {
    /// The bucket with the lists.
    pub(super) bucket: String,
    /// The names of the columns of the lists.
    pub(super) columns: Vec<String>,
    /// The keys of the lists. In S3 they are compressed; here they are what is in them.
    pub(super) keys: Vec<String>,
}

impl Inventory {
    /// Reads the manifest.
    ///
    /// # Errors
    /// If it is none, or names no lists in CSV: others are not read by Step Functions either.
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let wrong = || failed("Unable to parse the manifest of the inventory.");
        let manifest: Value = serde_json::from_str(text).map_err(|_| wrong())?;
        let member = |name: &str| manifest.get(name).and_then(Value::as_str).ok_or_else(wrong);
        if member("fileFormat")? != "CSV" {
            return Err(failed("The lists of an inventory must be CSV."));
        }
        let bucket = member("destinationBucket")?;
        let bucket = bucket.rsplit(':').next().unwrap_or_default().to_owned();
        let columns = member("fileSchema")?.split(',').map(|column| column.trim().to_owned());
        let files = manifest.get("files").and_then(Value::as_array).ok_or_else(wrong)?;
        let keys = files.iter().map(|file| {
            file.get("key").and_then(Value::as_str).map(str::to_owned).ok_or_else(wrong)
        });
        Ok(Self { bucket, columns: columns.collect(), keys: keys.collect::<Result<_, _>>()? })
    }
}

/// The buckets and keys in a manifest of Athena, which has one URI in each line.
///
/// # Errors
/// If a line is no URI of an object.
pub(super) fn of_athena(text: &str) -> Result<Vec<(String, String)>, Fault> {
    let lines = text.lines().map(|line| line.trim().trim_matches('"')).filter(|it| !it.is_empty());
    let object = |line: &str| {
        let (bucket, key) = line.strip_prefix("s3://").and_then(|uri| uri.split_once('/'))?;
        (!bucket.is_empty() && !key.is_empty()).then(|| (bucket.to_owned(), key.to_owned()))
    };
    let objects = lines
        .map(|line| object(line).ok_or_else(|| failed("Unable to parse the manifest of Athena.")));
    objects.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_of_an_inventory_names_bucket_columns_and_lists() {
        let manifest = |format: &str| {
            format!(
                r#"{{"sourceBucket": "s", "destinationBucket": "arn:aws:s3:::lists", "fileFormat": "{format}",
                "fileSchema": "Bucket, Key, Size", "files": [{{"key": "a.csv.gz", "size": 1}}, {{"key": "b.csv.gz"}}]}}"#
            )
        };
        let read = Inventory::parse(&manifest("CSV")).unwrap();
        assert_eq!(read.bucket, "lists");
        assert_eq!(read.columns, ["Bucket", "Key", "Size"]);
        assert_eq!(read.keys, ["a.csv.gz", "b.csv.gz"]);
        for wrong in [manifest("ORC").as_str(), "{}", "[", "{\"fileFormat\": \"CSV\"}"] {
            assert!(Inventory::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_manifest_of_athena_has_a_uri_in_each_line() {
        let objects = of_athena("s3://b/a/1\n\n\"s3://c/2\"\n").unwrap();
        let expected = [("b", "a/1"), ("c", "2")].map(|(b, k)| (b.to_owned(), k.to_owned()));
        assert_eq!(objects, expected);
        for wrong in ["a", "s3://", "s3://b", "s3:///k", "https://b/k"] {
            assert!(of_athena(wrong).is_err(), "{wrong}");
        }
    }
}
