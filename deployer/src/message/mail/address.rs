//! Lists of addresses, such as in `To`.

/// Why a list of addresses cannot be read for certain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("it has bytes that are neither ASCII nor UTF-8")]
    Bytes,
    #[error("a `{0}` in it is not closed")]
    Open(char),
    #[error("`{}` is not an address: {why}", text.escape_debug())]
    Invalid { text: String, why: &'static str },
}

/// The addresses of a field, with the members of groups. `<>` is not an address.
pub fn addresses(value: &[u8]) -> Result<Vec<String>, AddressError> {
    let text = str::from_utf8(value).map_err(|_| AddressError::Bytes)?;
    let mut reader = Reader { rest: text, found: Vec::new(), outside: String::new(), angle: None };
    reader.read()?;
    Ok(reader.found)
}

/// What is wrong with an address; `None` if mail can be sent to it.
pub fn fault(address: &str) -> Option<&'static str> {
    let Some((local, domain)) = split(address) else { return Some("it has no `@`") };
    let is_odd = |char: char| char.is_control() || char == '\u{fffd}';
    if address.chars().any(is_odd) {
        return Some("it has control characters or characters that cannot be read");
    }
    if address.contains("=?") {
        return Some("a part of it is encoded; only names can be encoded");
    }
    if local.is_empty() {
        return Some("it has nothing before the `@`");
    }
    let special = |char: char| char.is_whitespace() || "()<>[]:;,\"\\".contains(char);
    let is_quoted = local.len() > 1 && local.starts_with('"') && local.ends_with('"');
    if !is_quoted && local.contains(|char| special(char) || char == '@') {
        return Some("it has characters before the `@` that must be in quotation marks");
    }
    if domain.is_empty() {
        return Some("it has no domain");
    }
    let literal = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match literal {
        Some(inner) if !inner.contains(['[', ']']) && !inner.is_empty() => None,
        _ if domain.contains(|char| special(char) || char == '@') => {
            Some("its domain has invalid characters")
        }
        _ if domain.split('.').any(str::is_empty) => Some("its domain has an empty part"),
        _ => None,
    }
}

/// Local part and domain; a quoted local part may have an `@` in it.
fn split(address: &str) -> Option<(&str, &str)> {
    let at = match quoted_end(address) {
        Some(end) => address[end..].starts_with('@').then_some(end)?,
        None => address.find('@')?,
    };
    Some((&address[..at], &address[at + 1..]))
}

/// Where a quoted text at the beginning ends.
fn quoted_end(text: &str) -> Option<usize> {
    let mut chars = text.strip_prefix('"')?.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => drop(chars.next()),
            '"' => return Some(at + 2),
            _ => {}
        }
    }
    None
}

struct Reader<'a> {
    rest: &'a str,
    found: Vec<String>,
    /// What of the current item is outside of angle brackets and comments.
    outside: String,
    /// What is in its angle brackets.
    angle: Option<String>,
}

impl Reader<'_> {
    fn read(&mut self) -> Result<(), AddressError> {
        while let Some(char) = self.next() {
            match char {
                // Outlook separates addresses with semicolons; they also end groups.
                ',' | ';' => self.end()?,
                // The name of a group.
                ':' => self.outside.clear(),
                '(' => {
                    self.comment()?;
                    self.outside.push(' ');
                }
                '<' if self.angle.is_some() => return Err(self.two()),
                '<' => self.angle = Some(self.angle()?),
                '"' => {
                    let quoted = self.quoted()?;
                    self.outside.push_str(&quoted);
                }
                '[' => {
                    let literal = self.until(']', '[')?;
                    self.outside.push_str(&literal);
                }
                other => {
                    if self.angle.is_some() && !other.is_whitespace() {
                        let text =
                            format!("{other}{}", self.rest.split([',', ';']).next().unwrap_or(""));
                        return Err(invalid(
                            text,
                            "it follows an address without a comma between them",
                        ));
                    }
                    self.outside.push(other);
                }
            }
        }
        self.end()
    }

    fn next(&mut self) -> Option<char> {
        let char = self.rest.chars().next()?;
        self.rest = &self.rest[char.len_utf8()..];
        Some(char)
    }

    /// Ends the current item.
    fn end(&mut self) -> Result<(), AddressError> {
        let outside = std::mem::take(&mut self.outside);
        let text = match self.angle.take() {
            Some(angle) if angle.trim().is_empty() => return Ok(()),
            Some(angle) => angle,
            None if outside.trim().is_empty() => return Ok(()),
            None => outside,
        };
        let address = simplified(&text);
        match fault(&address) {
            None => {
                self.found.push(address);
                Ok(())
            }
            Some(why) => Err(invalid(text.trim().to_owned(), why)),
        }
    }

    fn two(&self) -> AddressError {
        let text = self.angle.clone().unwrap_or_default();
        invalid(text, "two addresses have no comma between them")
    }

    /// The content of angle brackets, without comments and without a route (`@relay:`).
    fn angle(&mut self) -> Result<String, AddressError> {
        let mut content = String::new();
        while let Some(char) = self.next() {
            match char {
                '>' => return Ok(content),
                '(' => self.comment()?,
                '"' => content.push_str(&self.quoted()?),
                '[' => content.push_str(&self.until(']', '[')?),
                ':' if content.trim_start().starts_with('@') => content.clear(),
                other => content.push(other),
            }
        }
        Err(AddressError::Open('<'))
    }

    /// A quoted text whose first quotation mark was read, with both.
    fn quoted(&mut self) -> Result<String, AddressError> {
        let mut quoted = String::from('"');
        while let Some(char) = self.next() {
            quoted.push(char);
            match char {
                '\\' => quoted.extend(self.next()),
                '"' => return Ok(quoted),
                _ => {}
            }
        }
        Err(AddressError::Open('"'))
    }

    fn until(&mut self, end: char, begin: char) -> Result<String, AddressError> {
        let (inside, rest) = self.rest.split_once(end).ok_or(AddressError::Open(begin))?;
        let text = format!("{begin}{inside}{end}");
        self.rest = rest;
        Ok(text)
    }

    /// Skips a comment, which can have others in it.
    fn comment(&mut self) -> Result<(), AddressError> {
        let mut depth = 1;
        while let Some(char) = self.next() {
            match char {
                '\\' => drop(self.next()),
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Ok(());
            }
        }
        Err(AddressError::Open('('))
    }
}

fn invalid(text: String, why: &'static str) -> AddressError {
    AddressError::Invalid { text, why }
}

/// Without white space around `@` and dots, and without quotation marks that it does not need.
fn simplified(text: &str) -> String {
    let text = text.trim();
    let (local, rest) = match quoted_end(text) {
        Some(end) => text.split_at(end),
        None => text.split_at(text.find('@').unwrap_or(text.len())),
    };
    format!("{}{}", unquoted(&tight(local)), tight(rest))
}

fn tight(text: &str) -> String {
    if text.starts_with('"') {
        return text.to_owned();
    }
    let mut tight = String::new();
    for word in text.split_whitespace() {
        let joins = tight.ends_with(['@', '.']) || word.starts_with(['@', '.']) || tight.is_empty();
        if !joins {
            tight.push(' ');
        }
        tight.push_str(word);
    }
    tight
}

/// `"john"` and `john` are the same local part; `"john.doe."` needs its quotation marks.
fn unquoted(local: &str) -> String {
    let Some(inner) = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return local.to_owned();
    };
    let is_atom = |part: &str| {
        let atom =
            |char: char| char.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(char);
        !part.is_empty() && part.chars().all(atom)
    };
    if inner.split('.').all(is_atom) { inner.to_owned() } else { local.to_owned() }
}
