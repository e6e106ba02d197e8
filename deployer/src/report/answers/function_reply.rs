//! `function_reply`: what a function of the flow answered.

use serde::Serialize;
use serde_json::Value;

use crate::host::harmless::in_json;
use crate::report::{Answer, Reader};
use cloud::Reply;

#[derive(Serialize)]
pub struct FunctionReply<'a> {
    pub function: &'a str,
    /// Whether it ran on this machine.
    pub local: bool,
    pub failed: bool,
    /// Its answer, or the description of its error; a text if it is not JSON.
    pub payload: Value,
}

impl<'a> FunctionReply<'a> {
    pub fn of(function: &'a str, local: bool, reply: &Reply) -> Self {
        let payload = serde_json::from_str(&reply.payload);
        let payload = payload.unwrap_or_else(|_| Value::from(reply.payload.as_str()));
        Self { function, local, failed: reply.failed, payload }
    }
}

impl Answer for FunctionReply<'_> {
    const KIND: &'static str = "function_reply";

    fn text(&self, _: &Reader<'_>) -> Option<String> {
        Some(in_json(&format!("{:#}", self.payload)))
    }

    fn is_data(&self) -> bool {
        true
    }
}
