//! Draws a [`Diagnostic`] in the text that it is about.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use saddlepoint_game::diagnostic::{Diagnostic, Severity};
use saddlepoint_game::scenario::OPTION;

/// Longest source line that is shown; longer ones are told, not drawn.
const LINE_MOST: usize = 400;

/// The problem with its place, its details and its hint.
#[must_use]
pub fn diagnostic(problem: &Diagnostic, source: Option<&str>) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let details = problem.details();
    let mut group = Group::with_title(level.primary_title(problem.message.as_str()));
    let mut extra = Vec::new();
    let line = source.zip(problem.span.clone()).and_then(|(text, span)| line_around(text, span));
    let drawn;
    match (&line, problem.position) {
        (Some((text, span)), Some((number, _))) => {
            let mut annotation = AnnotationKind::Primary.span(span.clone());
            if !details.is_empty() {
                annotation = annotation.label(details.as_str());
            }
            drawn = Snippet::source(*text).line_start(number).path(problem.file.as_str()).annotation(annotation);
            group = group.element(drawn);
        }
        _ => {
            if !problem.file.is_empty() {
                // A setting is shown whole, and needs no place within it.
                let position = problem.position.filter(|_| !problem.file.starts_with(OPTION));
                let place = position.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
                extra.push(format!("in {}{place}", problem.file));
            }
            if !details.is_empty() {
                extra.push(details.clone());
            }
        }
    }
    for text in &extra {
        group = group.element(Level::NOTE.no_name().message(text.as_str()));
    }
    if let Some(hint) = &problem.hint {
        group = group.element(Level::HELP.with_name(Some("hint")).message(hint.as_str()));
    }
    Renderer::styled().decor_style(DecorStyle::Ascii).render(&[group])
}

/// One line that starts with `error:`.
#[must_use]
pub fn error_line(message: &str) -> String {
    let title = Group::with_title(Level::ERROR.primary_title(message));
    Renderer::styled().decor_style(DecorStyle::Ascii).render(&[title])
}

/// The line of the span's start and the span within it, so that a long file is not searched and drawn whole.
fn line_around(text: &str, span: std::ops::Range<usize>) -> Option<(&str, std::ops::Range<usize>)> {
    let before = text.get(..span.start)?;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let rest = &text[start..];
    let end = start + rest.find('\n').unwrap_or(rest.len());
    let line = text.get(start..end)?.trim_end_matches('\r');
    if line.len() > LINE_MOST {
        return None;
    }
    let from = span.start - start;
    let to = (span.end.min(end) - start).clamp(from, line.len().max(from));
    Some((line, from..to))
}
