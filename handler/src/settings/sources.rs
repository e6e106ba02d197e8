//! The variables that say which mail systems may invoke, and how messages from Amazon SES are
//! answered.

use super::Reader;
use crate::ses::policy::{
    AnswerPolicy, BounceWhen, ContentPlace, InputPolicy, MailFrom, Mode, Passing, value_of,
};
use crate::ses::respond::Disposition;

/// Which mail systems may invoke the function: `SOURCES`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    /// Whether WorkMail may.
    pub workmail: bool,
    /// How messages from SES are answered, if SES may.
    pub ses: Option<SesSettings>,
}

/// How messages from SES are read and answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SesSettings {
    /// `MAIL_FROM` and `MAIL_CONTENT`.
    pub input: InputPolicy,
    /// `SES`, and the variables about answers.
    pub mode: Mode,
}

/// The names of the mail systems in `SOURCES`.
const WORKMAIL: &str = "workmail";
const SES: &str = "ses";

const DELIVER_OR_STOP: [(&str, Passing); 2] =
    [("deliver", Passing::Deliver), ("stop", Passing::Stop)];
const DELIVER_OR_DROP: [(&str, Passing); 2] =
    [("deliver", Passing::Deliver), ("drop", Passing::Stop)];
const STOPS: [(&str, Disposition); 2] =
    [("rule", Disposition::StopRule), ("rule-set", Disposition::StopRuleSet)];
const SENDERS: [(&str, MailFrom); 2] =
    [("envelope", MailFrom::Envelope), ("header", MailFrom::Header)];
const BOUNCES: [(&str, BounceWhen); 3] = [
    ("authenticated", BounceWhen::Authenticated),
    ("always", BounceWhen::Always),
    ("never", BounceWhen::Never),
];

/// Whether the function decides.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Decides {
    No,
    Yes,
}

const MODES: [(&str, Decides); 2] = [("observe", Decides::No), ("decide", Decides::Yes)];

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    /// Whether WorkMail may invoke, even if another variable has a fault.
    pub(super) fn names_workmail(&self) -> bool {
        self.sources_text().split(',').any(|name| name.trim() == WORKMAIL)
    }

    fn sources_text(&self) -> String {
        self.optional("SOURCES").unwrap_or_else(|| WORKMAIL.to_owned())
    }

    /// The mail systems of `SOURCES`, which are WorkMail alone if it is unset.
    pub(super) fn sources(&mut self) -> Option<Sources> {
        let text = self.sources_text();
        let mut sources = Sources { workmail: false, ses: None };
        let mut with_ses = false;
        for name in text.split(',').map(str::trim) {
            match name {
                WORKMAIL => sources.workmail = true,
                SES => with_ses = true,
                _ => {
                    let fault = format!("`{name}` is not one of {WORKMAIL}, {SES}");
                    self.parsed("SOURCES", Err::<(), _>(fault))?;
                }
            }
        }
        if with_ses {
            sources.ses = Some(self.ses()?);
        }
        Some(sources)
    }

    fn ses(&mut self) -> Option<SesSettings> {
        let decides = self.required_word("SES", &MODES);
        let mail_from = self.word("MAIL_FROM", &SENDERS, MailFrom::default());
        let content = match self.optional("MAIL_CONTENT") {
            Some(text) => self.parsed("MAIL_CONTENT", text.parse::<ContentPlace>()).map(Some),
            None => Some(None),
        };
        let mode = match decides? {
            Decides::No => Some(Mode::Observe),
            Decides::Yes => self.answer_policy().map(Mode::Decide),
        };
        let input = InputPolicy { mail_from: mail_from?, content: content? };
        Some(SesSettings { input, mode: mode? })
    }

    fn answer_policy(&mut self) -> Option<AnswerPolicy> {
        let stop = self.required_word("SES_STOP", &STOPS);
        // Without a default: a message that a flow moves to the junk folder must not reach the inbox
        // because nobody chose.
        let junk_as = self.required_word("JUNK_AS", &DELIVER_OR_DROP);
        let mixed = self.word("MIXED", &DELIVER_OR_STOP, Passing::Deliver);
        let fallback = self.word("FALLBACK", &DELIVER_OR_DROP, Passing::Deliver);
        let late = match self.optional("LATE") {
            Some(word) => self.known("LATE", &word, &DELIVER_OR_STOP).map(Some),
            None => Some(None),
        };
        let bounce = self.word("BOUNCE", &BOUNCES, BounceWhen::default());
        Some(AnswerPolicy {
            stop: stop?,
            mixed: mixed?,
            fallback: fallback?,
            junk_as: junk_as?,
            late: late?,
            bounce: bounce?,
            bounce_sender: self.optional("BOUNCE_SENDER"),
        })
    }

    fn required_word<T: Copy>(&mut self, name: &'static str, known: &[(&str, T)]) -> Option<T> {
        let word = self.required(name)?;
        self.known(name, &word, known)
    }

    fn word<T: Copy>(&mut self, name: &'static str, known: &[(&str, T)], unset: T) -> Option<T> {
        match self.optional(name) {
            Some(word) => self.known(name, &word, known),
            None => Some(unset),
        }
    }

    fn known<T: Copy>(&mut self, name: &'static str, word: &str, known: &[(&str, T)]) -> Option<T> {
        self.parsed(name, value_of(word, known).map_err(|fault| fault.to_string()))
    }
}
