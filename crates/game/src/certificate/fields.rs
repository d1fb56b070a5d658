//! Reading the keys of a stored result: each missing key, wrong type and bad number is a problem with its key path.

use dashu_int::UBig;

use crate::diagnostic::Diagnostic;
use crate::located_json::{Kind, Located, Member};
use crate::rational::{self, NumberError, Rational};

/// Most characters of an exact number in a result. Exact mixes of large games have numerators of thousands of digits.
const EXACT_MOST: usize = 100_000;

/// Problems after which the rest of a list is not read: a result with so many was not written by this program.
const LIST_MOST: usize = 100;

/// An object of a result, and the path of keys that leads to it.
pub(super) struct Object<'a> {
    path: String,
    at: Located<'a>,
    members: Vec<Member<'a>>,
}

/// A value of a result, and its path.
pub(super) struct Item<'a> {
    pub(super) path: String,
    pub(super) at: Located<'a>,
}

impl<'a> Item<'a> {
    pub(super) fn object(&self, problems: &mut Vec<Diagnostic>) -> Option<Object<'a>> {
        Object::open(self.at, self.path.clone(), problems)
    }

    pub(super) fn text(&self, problems: &mut Vec<Diagnostic>) -> Option<String> {
        keep(self.at.string().map_err(|misfit| misfit.diagnostic().key(&self.path)), problems)
    }

    /// The double that a number is nearest to.
    pub(super) fn double(&self, problems: &mut Vec<Diagnostic>) -> Option<f64> {
        if self.at.kind() != Kind::Number {
            problems.push(self.at.wrong_kind("a number").key(&self.path));
            return None;
        }
        // Not through the JSON parser, which may miss the nearest double by a step.
        let double = self.at.raw().parse::<f64>().ok().filter(|double| double.is_finite());
        if double.is_none() {
            problems.push(self.at.problem("not-finite", "a number is too large for a double").key(&self.path));
        }
        double
    }

    /// An exact number: a string with a fraction or a decimal.
    pub(super) fn exact(&self, problems: &mut Vec<Diagnostic>) -> Option<Rational> {
        let text = self.text(problems)?;
        exact(&text)
            .map_err(|error| {
                problems.push(
                    self.at
                        .problem("bad-fraction", error.to_string())
                        .key(&self.path)
                        .expected("an exact number such as \"7/20\""),
                );
            })
            .ok()
    }

    /// The elements of an array.
    pub(super) fn items(&self, problems: &mut Vec<Diagnostic>) -> Option<Vec<Item<'a>>> {
        let elements = keep(self.at.elements().map_err(|misfit| misfit.diagnostic().key(&self.path)), problems)?;
        let path = |k: usize| format!("{}[{k}]", self.path);
        Some(elements.into_iter().enumerate().map(|(k, at)| Item { path: path(k), at }).collect())
    }

    /// The elements of an array, each read by `read`; `None` if one is wrong.
    pub(super) fn list<T>(
        &self,
        problems: &mut Vec<Diagnostic>,
        read: impl Fn(&Item<'a>, &mut Vec<Diagnostic>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let items = self.items(problems)?;
        let mut elements = Vec::with_capacity(items.len());
        for item in &items {
            // A wrong element makes the list wrong, but the others are still read, so that their problems are found too.
            elements.push(read(item, problems));
            if problems.len() >= LIST_MOST {
                return None;
            }
        }
        elements.into_iter().collect()
    }
}

impl<'a> Object<'a> {
    pub(super) fn open(at: Located<'a>, path: String, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        match at.members() {
            Ok(members) => Some(Self { path, at, members }),
            Err(found) => {
                problems.extend(found.into_iter().map(|problem| {
                    let key = if problem.key.is_empty() { path.clone() } else { join(&path, &problem.key) };
                    problem.key(key)
                }));
                None
            }
        }
    }

    /// The value of a key that may be left out.
    pub(super) fn get(&self, key: &str) -> Option<Item<'a>> {
        let member = self.members.iter().find(|member| member.key == key)?;
        Some(Item { path: join(&self.path, key), at: member.value })
    }

    /// The value of a key that must be there.
    pub(super) fn need(&self, key: &str, problems: &mut Vec<Diagnostic>) -> Option<Item<'a>> {
        let item = self.get(key);
        if item.is_none() {
            problems.push(
                self.at
                    .problem("missing-key", format!("the key `{key}` is missing"))
                    .key(join(&self.path, key))
                    .suggest(key, self.members.iter().map(|member| member.key.as_str())),
            );
        }
        item
    }

    pub(super) fn text(&self, key: &str, problems: &mut Vec<Diagnostic>) -> Option<String> {
        self.need(key, problems)?.text(problems)
    }

    pub(super) fn double(&self, key: &str, problems: &mut Vec<Diagnostic>) -> Option<f64> {
        self.need(key, problems)?.double(problems)
    }

    pub(super) fn exact(&self, key: &str, problems: &mut Vec<Diagnostic>) -> Option<Rational> {
        self.need(key, problems)?.exact(problems)
    }

    /// A number of strategies.
    pub(super) fn count(&self, key: &str, problems: &mut Vec<Diagnostic>) -> Option<usize> {
        let item = self.need(key, problems)?;
        let count = item.at.raw().parse().ok();
        if count.is_none() {
            problems.push(item.at.wrong_kind("a whole number").key(item.path));
        }
        count
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn keep<T>(read: Result<T, Diagnostic>, problems: &mut Vec<Diagnostic>) -> Option<T> {
    read.map_err(|problem| problems.push(problem)).ok()
}

/// Reads `p/q` with any number of digits up to [`EXACT_MOST`], and decimals as tables write them.
pub(super) fn exact(text: &str) -> Result<Rational, NumberError> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let digits = |text: &str| -> Option<UBig> {
        let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        UBig::from_str_radix(text, 10).ok().filter(|_| plain)
    };
    let parts = unsigned.split_once('/').filter(|_| text.len() <= EXACT_MOST);
    match parts.and_then(|(p, q)| digits(p).zip(digits(q))) {
        Some((_, q)) if q.is_zero() => rational::parse(text),
        Some((p, q)) => {
            let value = Rational::from_parts(p.into(), q);
            Ok(if unsigned.len() == text.len() { value } else { -value })
        }
        None => rational::parse(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_of_many_digits_are_read() {
        let long = format!("-{}/{}", "7".repeat(3_000), "7".repeat(3_000));
        assert_eq!(exact(&long), Ok(-Rational::ONE));
        assert_eq!(exact("0.5"), rational::parse("1/2"));
        assert_eq!(exact("-1/3"), rational::parse("-1/3"));
        assert!(matches!(exact("1/0"), Err(NumberError::ZeroDenominator(_))));
        assert!(matches!(exact("1_0/3"), Err(NumberError::NotANumber(_))));
        assert!(matches!(exact("1/"), Err(NumberError::NotANumber(_))));
        assert!(matches!(exact(&"1".repeat(EXACT_MOST + 1)), Err(NumberError::TooLarge(_))));
    }
}
