//! Why a call got no response, as a chain of sentences for people.

/// One link of the chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Cause {
    /// What went wrong.
    pub text: String,
    /// Why.
    #[source]
    pub source: Option<Box<Cause>>,
    /// What to do next, if the cause alone determines it.
    pub hints: Vec<String>,
}

impl Cause {
    /// A chain of these sentences, outermost first; `None` if there are none.
    #[must_use]
    pub fn chain(texts: Vec<String>, hints: Vec<String>) -> Option<Self> {
        let mut texts = texts.into_iter().rev();
        let first = Self { text: texts.next()?, source: None, hints: Vec::new() };
        let mut chain = texts.fold(first, |source, text| Self {
            text,
            source: Some(Box::new(source)),
            hints: Vec::new(),
        });
        chain.hints = hints;
        Some(chain)
    }
}
