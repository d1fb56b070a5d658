//! The words of an `.nfg` file: braces, commas, quoted text, and everything else up to the next of these.

use std::borrow::Cow;
use std::ops::Range;

/// One word and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind<'a>,
    pub(super) span: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind<'a> {
    Open,
    Close,
    Comma,
    /// Quoted text, unescaped.
    Text(Cow<'a, str>),
    /// Quoted text whose closing quote is missing.
    Unclosed,
    /// A number or a keyword.
    Word(&'a str),
    /// The end of the file.
    End,
}

impl TokenKind<'_> {
    /// For messages: what stands there.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Open => "`{`".to_owned(),
            Self::Close => "`}`".to_owned(),
            Self::Comma => "`,`".to_owned(),
            Self::Text(text) => format!("the text \"{}\"", shorten(text)),
            Self::Unclosed => "a text without its closing quote".to_owned(),
            Self::Word(word) => format!("`{}`", shorten(word)),
            Self::End => "the end of the file".to_owned(),
        }
    }
}

fn shorten(text: &str) -> String {
    const SHOWN: usize = 40;
    if text.chars().count() <= SHOWN { text.to_owned() } else { text.chars().take(SHOWN).chain(['…']).collect() }
}

/// Cuts a text into tokens, one at a time.
#[derive(Clone)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next token; [`TokenKind::End`] for ever after the last one.
    pub(super) fn next_token(&mut self) -> Token<'a> {
        let rest = self.text[self.at..].trim_start();
        let start = self.text.len() - rest.len();
        let (kind, length) = match rest.as_bytes().first() {
            None => (TokenKind::End, 0),
            Some(b'{') => (TokenKind::Open, 1),
            Some(b'}') => (TokenKind::Close, 1),
            Some(b',') => (TokenKind::Comma, 1),
            Some(b'"') => quoted(rest),
            Some(_) => {
                let ends = |c: char| c.is_whitespace() || matches!(c, '{' | '}' | ',' | '"');
                let length = rest.find(ends).unwrap_or(rest.len());
                (TokenKind::Word(&rest[..length]), length)
            }
        };
        self.at = start + length;
        Token { kind, span: start..self.at }
    }
}

/// Quoted text at the start of `rest`, and its length with both quotes. `\"` is a quote and `\\` a backslash; any other
/// backslash stands for itself, as Gambit writes it.
fn quoted(rest: &str) -> (TokenKind<'_>, usize) {
    let bytes = rest.as_bytes();
    let mut at = 1;
    let mut has_escapes = false;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let inside = &rest[1..at];
                let text = if has_escapes { Cow::Owned(unescape(inside)) } else { Cow::Borrowed(inside) };
                return (TokenKind::Text(text), at + 1);
            }
            b'\\' if matches!(bytes.get(at + 1), Some(b'"' | b'\\')) => {
                has_escapes = true;
                at += 2;
            }
            _ => at += 1,
        }
    }
    (TokenKind::Unclosed, rest.len())
}

fn unescape(inside: &str) -> String {
    let mut text = String::with_capacity(inside.len());
    let mut characters = inside.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, characters.peek()) {
            ('\\', Some(&escaped @ ('"' | '\\'))) => {
                text.push(escaped);
                characters.next();
            }
            _ => text.push(character),
        }
    }
    text
}

/// A text in quotes. A backslash is doubled only where it would otherwise escape what follows, so that the usual text
/// with a lone backslash is the same to Gambit, which knows no escape but `\"`.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, characters.peek()) {
            ('"', _) => quoted.push_str("\\\""),
            ('\\', None | Some('"' | '\\')) => quoted.push_str("\\\\"),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_at_braces_commas_quotes_and_white_space() {
        let mut lexer = Lexer::new(" {1/3,-2\n\"a\"x}");
        let kinds: Vec<_> = std::iter::from_fn(|| Some(lexer.next_token().kind)).take(9).collect();
        assert_eq!(
            kinds,
            [
                TokenKind::Open,
                TokenKind::Word("1/3"),
                TokenKind::Comma,
                TokenKind::Word("-2"),
                TokenKind::Text("a".into()),
                TokenKind::Word("x"),
                TokenKind::Close,
                TokenKind::End,
                TokenKind::End,
            ]
        );
    }

    #[test]
    fn texts_are_quoted_so_that_they_read_back() {
        for text in ["", "a", "a\"b", "a\\b", "a\\\\b", "a\\", "\\\"", "\\\\\"", "é\n{,}", "\\\\\\"] {
            let written = quote(text);
            let token = Lexer::new(&written).next_token();
            assert_eq!((token.kind, token.span.end), (TokenKind::Text(text.into()), written.len()), "{written}");
        }
        assert_eq!(quote("a\\b"), "\"a\\b\"", "as Gambit writes it");
    }

    #[test]
    fn a_missing_quote_is_noticed() {
        assert_eq!(Lexer::new("\"a\\\"").next_token().kind, TokenKind::Unclosed);
    }
}
