//! The messages that this process has answered, so that their verdicts are not counted twice.
//!
//! A mail system that does not get an answer, although one was given, invokes again. Nothing that
//! is stored says whether a verdict was answered before, unless it was recorded, and one more write
//! per message would cost more than the count is worth. So each process of the function remembers
//! its last messages. If another process answers again, the message counts twice.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The number of messages to remember: more than a process answers while a mail system retries.
const REMEMBERED: usize = 4096;

/// The last messages that were answered, as hashes of their keys.
#[derive(Debug, Default)]
pub struct Answered {
    hashes: VecDeque<u64>,
}

impl Answered {
    /// Remembers the message, and returns whether it was remembered before.
    pub fn remember(&mut self, key: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let hash = hasher.finish();
        if self.hashes.contains(&hash) {
            return true;
        }
        if self.hashes.len() == REMEMBERED {
            self.hashes.pop_front();
        }
        self.hashes.push_back(hash);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_remembered_until_there_are_too_many() {
        let mut answered = Answered::default();
        assert!(!answered.remember("first"));
        assert!(answered.remember("first"));
        for nth in 0..REMEMBERED {
            assert!(!answered.remember(&nth.to_string()));
        }
        assert!(!answered.remember("first"));
        assert_eq!(answered.hashes.len(), REMEMBERED);
    }
}
