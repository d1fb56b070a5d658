//! Gambit's strategic form for two players, in both its versions.
//!
//! ```text
//! NFG 1 R "title" { "player 1" "player 2" }          the header
//! { { "up" "down" } { "left" "right" } }             names of the strategies, or their numbers: { 2 2 }
//! "a comment"                                        optional
//! 1 -1  0 0  0 0  1 -1                               pay-off version: both players' pay-offs at every profile
//! { { "win" 1, -1 } { "draw" 0, 0 } } 1 2 0 1        outcome version: outcomes, then one number per profile; 0 pays 0
//! ```
//!
//! Player 1's strategy varies fastest. White space and the commas between the pay-offs of an outcome mean nothing.
//! Unnamed strategies get default names by what the player does: `a1`, … for the attacker (player 1 of a constant-sum
//! game, else player 2), `d1`, … for the defender. Names that are just `"1"`, `"2"`, … in order count as unnamed: that is
//! how Gambit writes them.

use std::fmt::Write as _;
use std::ops::Range;

use super::nfg_tokens::{Lexer, Token, TokenKind, quote};
use super::problems::Problems;
use crate::bimatrix::Bimatrix;
use crate::diagnostic::{Diagnostic, Source};
use crate::matrix::{LossMatrix, Names, numbered};
use crate::rational::{self, Rational};

/// A game in Gambit's strategic form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nfg {
    /// The title; may be empty.
    pub title: String,
    /// Names of player 1 and player 2.
    pub players: [String; 2],
    /// Strategies and pay-offs.
    pub game: Bimatrix,
}

/// Reads a strategic-form game; `file` is its name in messages.
///
/// # Errors
/// Every problem of the file, each with its line and column; broken syntax hides all later problems.
///
/// # Examples
/// ```
/// let text = r#"NFG 1 R "pennies" { "attacker" "defender" } { 2 2 } 1 -1 -1 1 -1 1 1 -1"#;
/// let nfg = saddlepoint_game::plain::nfg::read("pennies.nfg", text.as_bytes()).expect("a game");
/// assert!(nfg.game.zero_sum().is_some());
/// ```
pub fn read(file: &str, bytes: &[u8]) -> Result<Nfg, Vec<Diagnostic>> {
    let source = Source::decode(file, bytes).map_err(|problem| vec![*problem])?;
    let mut reader = Reader::new(source);
    match reader.game() {
        Ok(game) if reader.problems.is_empty() => Ok(game),
        Ok(_) | Err(Stop) => Err(reader.problems.into_list()),
    }
}

/// The matrix in the pay-off version, which Gambit reads: the attacker is player 1, the defender player 2 and loses what
/// player 1 gains.
///
/// Cells are written as they were read where Gambit accepts that form, else as a decimal or a fraction of the same value.
/// Gambit up to version 16 accepts names in printable ASCII only; the file keeps them as they are.
#[must_use]
pub fn write(matrix: &LossMatrix, title: &str) -> String {
    let mut text = format!("NFG 1 R {} {{ \"attacker\" \"defender\" }}\n\n", quote(title));
    let names = |names: &Names| names.iter().map(|name| quote(name)).collect::<Vec<_>>().join(" ");
    // Writing to a string cannot fail.
    let _ = write!(text, "{{ {{ {} }}\n{{ {} }}\n}}\n\"\"\n", names(matrix.attacks()), names(matrix.defences()));
    for j in matrix.defence_ids() {
        text.push('\n');
        for i in matrix.attack_ids() {
            let mut gain = matrix.written(i, j);
            if !is_gambit_number(&gain) {
                gain = rational::to_text(&matrix.loss(i, j));
            }
            let _ = writeln!(text, "{gain} {}", negated(&gain));
        }
    }
    text
}

/// Whether Gambit reads a number of this form: `-12`, `0.5`, `.5`, `1/3`, `8e-05`.
fn is_gambit_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    if let Some((p, q)) = unsigned.split_once('/') {
        return digits(p) && digits(q);
    }
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    // Gambit does not read an exponent after a number that starts with its point.
    let whole_may_be_empty = !unsigned.contains(['e', 'E']);
    digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))
        && digits(fraction)
        && (digits(whole) || (whole.is_empty() && whole_may_be_empty))
}

/// Minus a number that [`is_gambit_number`] accepts, as text.
fn negated(text: &str) -> String {
    match text.strip_prefix('-') {
        Some(positive) => positive.to_owned(),
        None if text.bytes().any(|b| matches!(b, b'1'..=b'9')) => format!("-{text}"),
        None => text.to_owned(),
    }
}

/// A problem after which the rest of a file cannot be understood; it has been noted.
struct Stop;

/// One player's strategies as written.
enum Strategies {
    Named(Vec<String>),
    Counted(usize),
}

impl Strategies {
    fn len(&self) -> usize {
        match self {
            Self::Named(names) => names.len(),
            Self::Counted(count) => *count,
        }
    }

    fn into_names(self, prefix: &str) -> Names {
        match self {
            Self::Named(names) if names.iter().enumerate().any(|(k, name)| *name != (k + 1).to_string()) => {
                names.into()
            }
            other => numbered(prefix, other.len()),
        }
    }
}

/// Pay-offs of both players, or numbers of outcomes, in the order of the file.
#[derive(Default)]
struct Payoffs {
    first: Vec<Rational>,
    second: Vec<Rational>,
    written: Vec<String>,
}

struct Reader<'a> {
    problems: Problems<'a>,
    lexer: Lexer<'a>,
    token: Token<'a>,
}

impl<'a> Reader<'a> {
    fn new(source: Source<'a>) -> Self {
        let mut lexer = Lexer::new(source.text);
        let token = lexer.next_token();
        Self { problems: Problems::new(source), lexer, token }
    }

    fn game(&mut self) -> Result<Nfg, Stop> {
        self.header()?;
        let title = self.text("the title")?;
        let players = self.players()?;
        let strategies = self.strategies(&players)?;
        if let TokenKind::Text(_) = self.token.kind {
            self.advance();
        }
        let (rows, columns) = (strategies[0].len(), strategies[1].len());
        let payoffs = if self.token.kind == TokenKind::Open {
            let outcomes = self.outcomes()?;
            self.outcome_body(&outcomes, rows, columns)?
        } else {
            self.payoff_body(rows, columns)?
        };
        self.build(title, players, strategies, &payoffs)
    }

    fn header(&mut self) -> Result<(), Stop> {
        match self.advance().kind {
            TokenKind::Word("NFG") => {}
            TokenKind::Word("EFG") => {
                let problem = Diagnostic::error("wrong-file-type", "the file holds a game tree, not a strategic form");
                return self.stop_here(problem.expected("`NFG`").found("`EFG`").hint("convert it with Gambit first"));
            }
            kind => {
                let problem = Diagnostic::error("wrong-file-type", "the file is not in Gambit's strategic form");
                return self.stop_here(problem.expected("`NFG`").found(kind.describe()));
            }
        }
        self.word("the version `1`", |word| word == "1")?;
        self.word("the data type `R` or `D`", |word| word == "R" || word == "D")
    }

    fn players(&mut self) -> Result<[String; 2], Stop> {
        self.brace(&TokenKind::Open, "the list of players")?;
        let start = self.token.span.start;
        let mut players = Vec::new();
        while let TokenKind::Text(_) = self.token.kind {
            players.push(self.text("a player")?);
        }
        let span = start..self.token.span.end;
        self.brace(&TokenKind::Close, "the list of players")?;
        <[String; 2]>::try_from(players).map_err(|players| {
            self.problems.add(
                || span,
                || {
                    Diagnostic::error("wrong-player-count", format!("the game has {} player(s)", players.len()))
                        .expected("two players")
                        .found(players.len().to_string())
                },
            );
            Stop
        })
    }

    fn strategies(&mut self, players: &[String; 2]) -> Result<[Strategies; 2], Stop> {
        self.brace(&TokenKind::Open, "the strategies")?;
        let both = [self.strategies_of(&players[0])?, self.strategies_of(&players[1])?];
        self.brace(&TokenKind::Close, "the strategies of two players")?;
        Ok(both)
    }

    fn strategies_of(&mut self, player: &str) -> Result<Strategies, Stop> {
        let start = self.token.span.start;
        let strategies = if self.token.kind == TokenKind::Open {
            self.advance();
            let mut names = Vec::new();
            let mut spans = Vec::new();
            while let TokenKind::Text(_) = self.token.kind {
                spans.push(self.token.span.clone());
                names.push(self.text("a strategy")?);
            }
            self.brace(&TokenKind::Close, "the strategies of a player")?;
            if names.iter().all(String::is_empty) {
                Strategies::Counted(names.len())
            } else {
                self.problems.names(&format!("`{player}` strategy"), &names, |k| spans[k].clone());
                Strategies::Named(names)
            }
        } else {
            let expected = "the strategies of a player, or their number";
            Strategies::Counted(self.integer(expected)?)
        };
        if strategies.len() == 0 {
            let span = start..self.token.span.start;
            self.problems.add(
                || span,
                || {
                    Diagnostic::error("no-strategies", format!("player `{player}` has no strategy"))
                        .expected("at least one strategy")
                },
            );
            return Err(Stop);
        }
        Ok(strategies)
    }

    /// The pay-off version: two numbers per profile.
    fn payoff_body(&mut self, rows: usize, columns: usize) -> Result<Payoffs, Stop> {
        let mut payoffs = Payoffs::default();
        let mut found = 0_usize;
        while let TokenKind::Word(word) = self.token.kind {
            let value = self.payoff(word);
            if found.is_multiple_of(2) {
                payoffs.first.push(value);
                payoffs.written.push(word.to_owned());
            } else {
                payoffs.second.push(value);
            }
            found += 1;
            self.advance();
        }
        let expected = count(rows, columns).and_then(|profiles| profiles.checked_mul(2));
        let shape = format!("{rows} × {columns} profiles, 2 players");
        self.end_of_body("pay-offs", expected, found, &shape)?;
        Ok(payoffs)
    }

    /// The list of outcomes: both pay-offs of each, the first also as written.
    fn outcomes(&mut self) -> Result<Vec<(Rational, Rational, String)>, Stop> {
        self.brace(&TokenKind::Open, "the outcomes")?;
        let mut outcomes = Vec::new();
        while self.token.kind == TokenKind::Open {
            let start = self.advance().span.start;
            self.text("the name of an outcome")?;
            let mut values = Vec::new();
            loop {
                match self.token.kind {
                    TokenKind::Word(word) => {
                        values.push((self.payoff(word), word.to_owned()));
                        self.advance();
                    }
                    TokenKind::Comma => {
                        self.advance();
                    }
                    _ => break,
                }
            }
            let span = start..self.token.span.end;
            self.brace(&TokenKind::Close, "an outcome")?;
            let found = values.len();
            if let Ok([(first, written), (second, _)]) = <[(Rational, String); 2]>::try_from(values) {
                outcomes.push((first, second, written));
            } else {
                let number = outcomes.len() + 1;
                self.problems.add(
                    || span,
                    || {
                        Diagnostic::error(
                            "wrong-payoff-count",
                            format!("outcome {number} has the wrong number of pay-offs"),
                        )
                        .expected("2 pay-offs, one per player")
                        .found(found.to_string())
                    },
                );
                outcomes.push((Rational::ZERO, Rational::ZERO, String::new()));
            }
        }
        self.brace(&TokenKind::Close, "the outcomes")?;
        Ok(outcomes)
    }

    /// The outcome version: the number of an outcome per profile.
    fn outcome_body(
        &mut self,
        outcomes: &[(Rational, Rational, String)],
        rows: usize,
        columns: usize,
    ) -> Result<Payoffs, Stop> {
        let mut payoffs = Payoffs::default();
        while let TokenKind::Word(word) = self.token.kind {
            let span = self.token.span.clone();
            let position = payoffs.first.len() + 1;
            let number = word.parse::<usize>().ok().filter(|number| *number <= outcomes.len());
            let (first, second, written) = match number.map(|number| number.checked_sub(1).map(|k| &outcomes[k])) {
                Some(Some(outcome)) => outcome.clone(),
                Some(None) => (Rational::ZERO, Rational::ZERO, "0".to_owned()),
                None => {
                    self.problems.add(
                        || span,
                        || {
                            Diagnostic::error("no-such-outcome", format!("profile {position} names no outcome"))
                                .expected(format!("a number from 0 to {}", outcomes.len()))
                                .found(format!("`{word}`"))
                        },
                    );
                    (Rational::ZERO, Rational::ZERO, String::new())
                }
            };
            payoffs.first.push(first);
            payoffs.second.push(second);
            payoffs.written.push(written);
            self.advance();
        }
        let shape = format!("{rows} × {columns} profiles");
        self.end_of_body("outcome numbers", count(rows, columns), payoffs.first.len(), &shape)?;
        Ok(payoffs)
    }

    /// Checks that a body ends with the file and has one entry per profile (and player).
    fn end_of_body(&mut self, what: &str, expected: Option<usize>, found: usize, shape: &str) -> Result<(), Stop> {
        if self.token.kind != TokenKind::End {
            return self.unexpected(&format!("{what} up to the end of the file"));
        }
        if expected == Some(found) {
            return Ok(());
        }
        let expected = expected.map_or_else(|| "more than can be counted".to_owned(), |count| count.to_string());
        self.stop_here(
            Diagnostic::error("wrong-payoff-count", format!("the game has the wrong number of {what}"))
                .expected(format!("{expected} ({shape})"))
                .found(found.to_string()),
        )
    }

    /// Turns the order of the file, in which player 1 varies fastest, into rows and columns.
    fn build(
        &mut self,
        title: String,
        players: [String; 2],
        strategies: [Strategies; 2],
        payoffs: &Payoffs,
    ) -> Result<Nfg, Stop> {
        let (rows, columns) = (strategies[0].len(), strategies[1].len());
        let positions: Vec<_> = (0..rows).flat_map(|i| (0..columns).map(move |j| j * rows + i)).collect();
        let by_rows = |values: &[Rational]| -> Vec<_> {
            positions.iter().filter_map(|&position| values.get(position).cloned()).collect()
        };
        let written: Vec<_> = positions.iter().filter_map(|&position| payoffs.written.get(position).cloned()).collect();
        let (first, second) = (by_rows(&payoffs.first), by_rows(&payoffs.second));
        let zero_sum = is_constant(&first, &second);
        let (prefix_1, prefix_2) = if zero_sum { ("a", "d") } else { ("d", "a") };
        let [row_names, column_names] = strategies;
        let (row_names, column_names) = (row_names.into_names(prefix_1), column_names.into_names(prefix_2));
        match Bimatrix::new(row_names, column_names, first, second) {
            Ok(game) => Ok(Nfg { title, players, game: game.with_written(written) }),
            Err(error) => self.stop_here(Diagnostic::error("no-game", error.to_string())),
        }
    }

    fn payoff(&mut self, word: &str) -> Rational {
        let span = self.token.span.clone();
        self.problems.number(word, String::new, || span)
    }

    /// Moves on and gives the token that was current.
    fn advance(&mut self) -> Token<'a> {
        std::mem::replace(&mut self.token, self.lexer.next_token())
    }

    fn text(&mut self, what: &str) -> Result<String, Stop> {
        match &self.token.kind {
            TokenKind::Text(text) => {
                let text = text.clone().into_owned();
                self.advance();
                Ok(text)
            }
            _ => self.unexpected(&format!("{what} in quotes")),
        }
    }

    fn word(&mut self, what: &str, fits: impl Fn(&str) -> bool) -> Result<(), Stop> {
        match self.token.kind {
            TokenKind::Word(word) if fits(word) => {
                self.advance();
                Ok(())
            }
            _ => self.unexpected(what),
        }
    }

    fn integer(&mut self, what: &str) -> Result<usize, Stop> {
        match self.token.kind {
            TokenKind::Word(word) => match word.parse() {
                Ok(number) => {
                    self.advance();
                    Ok(number)
                }
                Err(_) => self.unexpected(what),
            },
            _ => self.unexpected(what),
        }
    }

    fn brace(&mut self, brace: &TokenKind<'_>, what: &str) -> Result<(), Stop> {
        if self.token.kind == *brace {
            self.advance();
            return Ok(());
        }
        let verb = if *brace == TokenKind::Open { "open" } else { "end" };
        self.unexpected(&format!("{} to {verb} {what}", brace.describe()))
    }

    /// Notes that the current token is not what the format needs.
    fn unexpected<T>(&mut self, expected: &str) -> Result<T, Stop> {
        let found = self.token.kind.describe();
        if self.token.kind == TokenKind::Unclosed {
            let problem = Diagnostic::error("unclosed-quote", "a quoted text is never closed");
            return self.stop_here(problem.hint("a quote inside a text is written \\\""));
        }
        self.stop_here(
            Diagnostic::error("bad-syntax", "the file does not follow the strategic form")
                .expected(expected)
                .found(found),
        )
    }

    /// Notes a problem at the current token, after which nothing else can be understood.
    fn stop_here<T>(&mut self, problem: Diagnostic) -> Result<T, Stop> {
        let span: Range<usize> = self.token.span.clone();
        self.problems.add(|| span, || problem);
        Err(Stop)
    }
}

fn count(rows: usize, columns: usize) -> Option<usize> {
    rows.checked_mul(columns)
}

fn is_constant(first: &[Rational], second: &[Rational]) -> bool {
    let mut sums = first.iter().zip(second).map(|(first, second)| first + second);
    sums.next().is_none_or(|constant| sums.all(|sum| sum == constant))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nfg(text: &str) -> Nfg {
        read("x.nfg", text.as_bytes()).unwrap_or_else(|problems| panic!("{text}: {problems:#?}"))
    }

    fn integers(values: &[Rational]) -> Vec<i64> {
        values.iter().map(|value| i64::try_from(value.numerator()).expect("small")).collect()
    }

    const HEAD: &str = "NFG 1 R \"t\" { \"p\" \"q\" } ";

    /// Code, line and column of every problem of a file with the usual header.
    fn problems(body: &str) -> Vec<(&'static str, usize, usize)> {
        let problems = read("x.nfg", format!("{HEAD}\n{body}").as_bytes()).expect_err("problems");
        problems
            .iter()
            .map(|problem| {
                let (line, column) = problem.position.unwrap_or_default();
                (problem.code, line, column)
            })
            .collect()
    }

    #[test]
    fn player_1_varies_fastest() {
        let game = nfg(&format!("{HEAD} {{ 2 3 }} 1 10 2 20 3 30 4 40 5 50 6 60")).game;
        assert_eq!(integers(&game.first().to_rationals()), [1, 3, 5, 2, 4, 6]);
        assert_eq!(integers(&game.second().to_rationals()), [10, 30, 50, 20, 40, 60]);
    }

    #[test]
    fn titles_names_and_comments_are_read() {
        let game = nfg(
            "NFG 1 D \"a \\\"b\\\"\nc\" { \"p 1\" \"q\" }\n{ { \"x\\y\" \"z\" }\n{ \"é\" } }\n\"a\ncomment\"\n0.5 .5 1 0",
        );
        assert_eq!((game.title.as_str(), game.players[0].as_str()), ("a \"b\"\nc", "p 1"));
        assert_eq!(game.game.rows().as_ref(), ["x\\y", "z"]);
        assert_eq!(game.game.columns().as_ref(), ["é"]);
        let matrix = game.game.zero_sum().expect("constant-sum");
        assert_eq!(matrix.written(crate::AttackId(0), crate::DefenceId(0)), "0.5");
    }

    #[test]
    fn outcomes_and_the_null_outcome_are_read() {
        let game = nfg(&format!("{HEAD} {{ 2 2 }} \"\" {{ {{ \"w\" 1, -1 }} {{ \"\" 1/2 -1/2 }} }} 1 2 0 1")).game;
        let matrix = game.zero_sum().expect("zero-sum");
        let cells: Vec<_> = matrix.attack_ids().flat_map(|i| matrix.defence_ids().map(move |j| (i, j))).collect();
        let written: Vec<_> = cells.into_iter().map(|(i, j)| matrix.written(i, j)).collect();
        assert_eq!(written, ["1", "0", "1/2", "1"]);
    }

    #[test]
    fn unnamed_strategies_are_named_by_what_the_player_does() {
        let zero_sum = nfg(&format!("{HEAD} {{ 2 1 }} 1 -1 2 -2")).game;
        assert_eq!((zero_sum.rows()[1].as_str(), zero_sum.columns()[0].as_str()), ("a2", "d1"));
        let general = nfg(&format!("{HEAD} {{ {{ \"1\" \"2\" }} {{ \"\" }} }} 1 -1 2 2")).game;
        assert_eq!((general.rows()[1].as_str(), general.columns()[0].as_str()), ("d2", "a1"));
    }

    #[test]
    fn each_problem_has_its_code_and_place() {
        assert_eq!(problems("{ 2 1 } 1 -1 2"), [("wrong-payoff-count", 2, 15)]);
        assert_eq!(problems("{ 1 1 } 1 -1 2"), [("wrong-payoff-count", 2, 15)]);
        assert_eq!(problems("{ 1 1 } 1 x"), [("not-a-number", 2, 11)]);
        assert_eq!(problems("{ 1 1 } nan 1/0"), [("not-finite", 2, 9), ("zero-denominator", 2, 13)]);
        assert_eq!(problems("{ 1 0 } 1 1"), [("no-strategies", 2, 5)]);
        assert_eq!(problems("{ { } { \"x\" } } 1 1"), [("no-strategies", 2, 3)]);
        assert_eq!(problems("{ { \"x\" \"x\" } 1 } 1 1 1 1"), [("duplicate-name", 2, 9)]);
        assert_eq!(problems("{ { \"x\" \"\" } 1 } 1 1 1 1"), [("blank-name", 2, 9)]);
        assert_eq!(problems("{ { \"x } 1 } 1 1"), [("unclosed-quote", 2, 5)]);
        assert_eq!(problems("{ 1 1 1 } 1 1"), [("bad-syntax", 2, 7)]);
        assert_eq!(problems("{ 1 -1 }"), [("bad-syntax", 2, 5)]);
        assert_eq!(problems("{ 1 1 } 1, 1"), [("bad-syntax", 2, 10)]);
        assert_eq!(problems("{ 1 1 } { { \"w\" 1 } } 1"), [("wrong-payoff-count", 2, 11)]);
        assert_eq!(problems("{ 1 1 } { { \"w\" 1 1 } } 2"), [("no-such-outcome", 2, 25)]);
        assert_eq!(problems("{ 1 1 } { { \"w\" 1 1 } } -1"), [("no-such-outcome", 2, 25)]);
        assert_eq!(problems("{ 1 1 } { { \"w\" 1 1 } } 1 1"), [("wrong-payoff-count", 2, 28)]);
        assert_eq!(problems("{ 18446744073709551615 2 } 1 1"), [("wrong-payoff-count", 2, 31)]);
    }

    #[test]
    fn wrong_headers_and_player_counts_are_told_apart() {
        let message = |text: &str| read("x.nfg", text.as_bytes()).expect_err("problems")[0].to_string();
        assert_eq!(
            message("NFG 1 R \"t\" { \"p\" \"q\" \"r\" } { 1 1 1 } 1 1 1"),
            "x.nfg:1:15: the game has 3 player(s) (expected two players; found 3)"
        );
        assert!(message("EFG 2 R").contains("game tree"));
        assert!(message("").contains("the end of the file"));
        assert!(message("NFG 2 R \"t\"").contains("expected the version `1`; found `2`"));
    }

    #[test]
    fn what_is_written_is_what_gambit_reads() {
        let matrix =
            super::super::csv::read("x.csv", b",x,\"y \"\"z\"\"\"\np,1.50,-1/3\nq,1/-2,+8e-05\n").expect("a game");
        assert_eq!(
            write(&matrix, "t"),
            "NFG 1 R \"t\" { \"attacker\" \"defender\" }\n\n{ { \"p\" \"q\" }\n{ \"x\" \"y \\\"z\\\"\" }\n}\n\"\"\n\n\
             1.50 -1.50\n-0.5 0.5\n\n-1/3 1/3\n0.00008 -0.00008\n"
        );
    }

    #[test]
    fn negation_is_exact_text() {
        for (text, minus) in [("0", "0"), ("-0.0", "0.0"), ("1/3", "-1/3"), ("-8e-05", "8e-05"), ("0.10", "-0.10")] {
            assert!(is_gambit_number(text));
            assert_eq!(negated(text), minus);
        }
    }
}
