//! The members of what a call takes: of its parameters, and of the structures inside of them.

/// The known members of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Members {
    /// Those without which it is refused.
    pub(super) required: Vec<&'static str>,
    /// The others, if they are in the list.
    pub(super) optional: Option<Vec<&'static str>>,
    inside: Vec<(&'static str, Inside)>,
}

/// What a member leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Inside {
    /// What is around the structure, from outside.
    pub(super) around: Vec<Around>,
    /// The number of the structure in its service.
    pub(super) structure: usize,
}

/// A list, or a map with free names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    List,
    Map,
}

impl Members {
    /// Reads `Required:3 ? Optional Items:[4`.
    pub(super) fn read(text: &'static str) -> Self {
        let mut inside = Vec::new();
        let mut words = |part: &'static str| -> Vec<&'static str> {
            let names = part.split_whitespace().map(|word| match word.split_once(':') {
                Some((name, reference)) => {
                    inside.extend(Inside::read(reference).map(|found| (name, found)));
                    name
                }
                None => word,
            });
            names.collect()
        };
        let (required, optional) = match text.split_once('?') {
            Some((required, optional)) => (words(required), Some(words(optional))),
            None => (words(text), None),
        };
        Self { required, optional, inside }
    }

    /// All names.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.required.iter().chain(self.optional.iter().flatten()).copied()
    }

    /// The member that a key means: the same name, or one that differs only in the case of an acronym.
    pub(super) fn spelled(&self, key: &str) -> Option<&'static str> {
        let mut names = self.names();
        names.find(|known| *known == key || is_same_acronym(key, known))
    }

    /// Where a member leads to.
    pub(super) fn inside(&self, name: &str) -> Option<&Inside> {
        self.all_inside().find(|(known, _)| *known == name).map(|(_, inside)| inside)
    }

    /// All members that lead to a structure.
    pub(super) fn all_inside(&self) -> impl Iterator<Item = (&'static str, &Inside)> {
        self.inside.iter().map(|(name, inside)| (*name, inside))
    }
}

impl Inside {
    /// Reads `[{3`.
    fn read(text: &str) -> Option<Self> {
        let number = text.trim_start_matches(['[', '{']);
        let around = text.chars().take(text.len() - number.len());
        let around = around.map(|sign| if sign == '[' { Around::List } else { Around::Map });
        Some(Self { around: around.collect(), structure: number.parse().ok()? })
    }
}

/// Whether two names differ only in the case of an acronym, as the SDK for Java and the API model often do: `KmsKeyID`,
/// `KMSKeyId`. The SDK for Java has `SsekmsKeyId` of S3. No document says how Step Functions spells each of them.
fn is_same_acronym(key: &str, known: &str) -> bool {
    let begins = |name: &str| name.starts_with(|first: char| first.is_ascii_uppercase());
    let has_acronym = |name: &str| {
        let upper =
            |(one, next): (char, char)| one.is_ascii_uppercase() && next.is_ascii_uppercase();
        name.chars().zip(name.chars().skip(1)).any(upper)
    };
    let differs = has_acronym(known) || known.starts_with("Sse");
    differs && begins(key) && key.eq_ignore_ascii_case(known)
}
