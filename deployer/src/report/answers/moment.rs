//! `moment`: something that happens to a message.

use jiff::Timestamp;
use serde::Serialize;

use crate::report::{self, Answer, Reader};
use crate::trace::TimelineEvent;

/// Something that happens while a person watches, with its time since the beginning.
#[derive(Serialize)]
#[serde(transparent)]
pub struct LiveMoment<'a> {
    moment: &'a TimelineEvent,
    #[serde(skip)]
    began: Timestamp,
}

impl<'a> LiveMoment<'a> {
    /// A moment of a message that came in at `began`.
    pub fn new(moment: &'a TimelineEvent, began: Timestamp) -> Self {
        Self { moment, began }
    }
}

impl Answer for LiveMoment<'_> {
    const KIND: &'static str = "moment";

    fn text(&self, _: &Reader<'_>) -> Option<String> {
        let lines = report::happened(self.moment, self.began);
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}
