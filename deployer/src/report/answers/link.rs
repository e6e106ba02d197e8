//! `link`: where to look in the AWS console.

use serde::Serialize;

use crate::report::{Answer, Reader};

/// A link, and what it leads to.
#[derive(Serialize)]
pub struct Link<'a> {
    pub what: &'a str,
    pub url: &'a str,
}

impl Answer for Link<'_> {
    const KIND: &'static str = "link";

    fn text(&self, _: &Reader<'_>) -> Option<String> {
        Some(self.url.to_owned())
    }
}
