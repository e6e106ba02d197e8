//! The operator's choices for messages from SES, where the answer of SES is coarser than a verdict.

use std::fmt;
use std::str::FromStr;

use crate::ses::respond::Disposition;

/// What the function does with a message from SES: `SES`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// Reads the message and logs it. No execution starts, and every message is delivered.
    Observe,
    /// Decides with the state machine, and answers as the policy says.
    Decide(AnswerPolicy),
}

/// Whether a message continues to its mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Passing {
    /// It continues.
    Deliver,
    /// It ends here.
    Stop,
}

/// Which sender the state machine sees as `envelope.mailFrom`: `MAIL_FROM`.
///
/// WorkMail documents its value as the From address. SES has both, and they differ for mailing lists
/// and forwarded mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MailFrom {
    /// The return path of the envelope.
    #[default]
    Envelope,
    /// The address in the header `From`.
    Header,
}

/// For which messages the function sends bounces: `BOUNCE`. It never sends one to the null sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BounceWhen {
    /// If SPF or DMARC passed. A bounce to a forged sender goes to a stranger.
    #[default]
    Authenticated,
    /// For every message.
    Always,
    /// For no message. A verdict of `BOUNCE` then is like `DROP`.
    Never,
}

/// The object of the message in S3, which an earlier action of the rule stores: `MAIL_CONTENT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentPlace {
    /// The bucket.
    pub bucket: String,
    /// What the key has before the message ID.
    pub prefix: String,
}

/// What the input of an execution is made with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InputPolicy {
    /// Which sender it names.
    pub mail_from: MailFrom,
    /// Where the message is stored, if it is.
    pub content: Option<ContentPlace>,
}

/// What the answer is made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerPolicy {
    /// How to end the processing of a message: `SES_STOP`.
    pub stop: Disposition,
    /// What to do if some recipients get the message and others do not: `MIXED`.
    pub mixed: Passing,
    /// What recipients get that no action covers: `FALLBACK`.
    pub fallback: Passing,
    /// What `MOVE_TO_JUNK` means, because SES has no junk folder: `JUNK_AS`.
    pub junk_as: Passing,
    /// What to answer when there is no verdict in time: `LATE`. `None` means an error, so that SES
    /// retries, if it does.
    pub late: Option<Passing>,
    /// For which messages to send bounces.
    pub bounce: BounceWhen,
    /// The sender of bounces: `BOUNCE_SENDER`. Without one, there are none.
    pub bounce_sender: Option<String>,
}

/// A value that is not one of the words of a setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is not one of {known}")]
pub struct UnknownWord {
    word: String,
    known: String,
}

/// Finds the value that a word stands for.
///
/// # Errors
///
/// [`UnknownWord`] with all known words.
pub fn value_of<T: Copy>(word: &str, known: &[(&str, T)]) -> Result<T, UnknownWord> {
    let value = known.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
    value.ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        UnknownWord { word: word.to_owned(), known: names.join(", ") }
    })
}

impl FromStr for ContentPlace {
    type Err = String;

    /// Reads `s3://BUCKET/PREFIX`, where the prefix can be empty.
    fn from_str(text: &str) -> Result<Self, String> {
        let place =
            text.strip_prefix("s3://").map(|rest| rest.split_once('/').unwrap_or((rest, "")));
        match place {
            Some((bucket, prefix)) if !bucket.is_empty() => {
                Ok(Self { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
            }
            _ => Err(format!("`{text}` is not of the form s3://BUCKET/PREFIX")),
        }
    }
}

impl fmt::Display for ContentPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_bucket_and_a_prefix() {
        for text in ["s3://mail/raw/", "s3://mail/"] {
            assert_eq!(text.parse::<ContentPlace>().unwrap().to_string(), text);
        }
        assert_eq!("s3://mail".parse::<ContentPlace>().unwrap().to_string(), "s3://mail/");
        for text in ["mail/raw", "s3://", "s3:///raw", ""] {
            assert!(text.parse::<ContentPlace>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_unknown_word_is_refused_with_those_that_are_known() {
        let known = [("deliver", Passing::Deliver), ("stop", Passing::Stop)];
        assert_eq!(value_of("stop", &known), Ok(Passing::Stop));
        let refused = value_of("Stop", &known).unwrap_err();
        assert_eq!(refused.to_string(), "`Stop` is not one of deliver, stop");
    }
}
