//! Fitting words into the room there is: wrapping, shortening, and keeping labels apart.

use super::font;

/// The distance of two baselines over the font size.
pub(super) const LEADING: f64 = 1.2;

/// The widest of some texts.
pub(super) fn widest<'a>(texts: impl IntoIterator<Item = &'a str>, size: f64) -> f64 {
    texts.into_iter().map(|text| font::width(text, size, false)).fold(0.0, f64::max)
}

/// The text, cut at its end with `…` where it is wider than `room`.
pub(super) fn shorten(text: &str, room: f64, size: f64) -> String {
    if font::width(text, size, false) <= room {
        return text.to_owned();
    }
    let mut kept: Vec<char> = text.chars().collect();
    while kept.pop().is_some() {
        let cut: String = kept.iter().collect::<String>().trim_end().to_owned() + "…";
        if font::width(&cut, size, false) <= room {
            return cut;
        }
    }
    "…".to_owned()
}

/// The text with its middle replaced by `…`, for names that begin alike.
fn shorten_middle(text: &str, room: f64, size: f64) -> String {
    let letters: Vec<char> = text.chars().collect();
    for kept in (2..letters.len()).rev() {
        let (head, tail) = (kept.div_ceil(2), kept / 2);
        let join = |part: &[char]| part.iter().collect::<String>();
        let cut =
            format!("{}…{}", join(&letters[..head]).trim_end(), join(&letters[letters.len() - tail..]).trim_start());
        if font::width(&cut, size, false) <= room {
            return cut;
        }
    }
    "…".to_owned()
}

/// The names shortened to `room`, distinct where the names are: cut at the end; where that makes two alike, in the middle;
/// where that does not help, numbered by place.
pub(super) fn abbreviate(names: &[&str], room: f64, size: f64) -> Vec<String> {
    let repeated = |shown: &[String], i: usize| {
        shown.iter().enumerate().any(|(k, other)| k != i && *other == shown[i] && names[k] != names[i])
    };
    let ends: Vec<String> = names.iter().map(|name| shorten(name, room, size)).collect();
    let middles: Vec<String> = (0..names.len())
        .map(|i| if repeated(&ends, i) { shorten_middle(names[i], room, size) } else { ends[i].clone() })
        .collect();
    let numbered = |i: usize| {
        let number = format!("…{}", i + 1);
        let left = room - font::width(&number, size, false);
        let head = shorten(names[i], left, size);
        format!("{}{number}", head.trim_end_matches('…'))
    };
    (0..names.len()).map(|i| if repeated(&middles, i) { numbered(i) } else { middles[i].clone() }).collect()
}

/// Breaks a text into at most `most` lines no wider than `room`; what does not fit is cut with `…`.
///
/// Lines break at blanks and after `_`, `-`, `+`, `/`, `,` and `:`.
pub(super) fn wrap(text: &str, room: f64, size: f64, most: usize) -> Vec<String> {
    let mut pieces: Vec<String> = vec![String::new()];
    for c in text.chars() {
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
        if c.is_whitespace() || "_-+/,:".contains(c) {
            pieces.push(String::new());
        }
    }
    let mut lines: Vec<String> = vec![String::new()];
    for piece in pieces {
        let full = lines.len() >= most.max(1);
        let Some(line) = lines.last_mut() else { break };
        let longer = format!("{line}{piece}");
        if line.is_empty() || full || font::width(longer.trim_end(), size, false) <= room {
            *line = longer;
        } else {
            lines.push(piece);
        }
    }
    lines.iter().map(|line| shorten(line.trim(), room, size)).collect()
}

/// Moves labels of the given heights apart along one direction, as little as it takes, within `low` to `high`.
///
/// `wanted` are the centres, in any order; the result is in the same order. Where they cannot all fit they overlap evenly.
pub(super) fn spread(wanted: &[f64], heights: &[f64], low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]).then(a.cmp(&b)));
    let total: f64 = heights.iter().sum();
    let squeeze = if total > high - low && total > 0.0 { ((high - low) / total).max(0.0) } else { 1.0 };
    let half = |k: usize| heights[k] * squeeze / 2.0;
    // Clusters of touching labels: (members, sum of wanted tops, height). Pooling adjacent violators is least squares.
    let mut clusters: Vec<(Vec<usize>, f64, f64)> = Vec::new();
    for &k in &order {
        let mut cluster = (vec![k], wanted[k] - half(k), 2.0 * half(k));
        while let Some(last) = clusters.last() {
            let top = |c: &(Vec<usize>, f64, f64)| (c.1 / c.0.len() as f64).clamp(low, (high - c.2).max(low));
            if top(last) + last.2 <= top(&cluster) {
                break;
            }
            // Each later member wants its top to be where the cluster's top would then be.
            let (mut members, sum, height) = (last.0.clone(), last.1, last.2);
            let shift = height * cluster.0.len() as f64;
            members.extend(&cluster.0);
            cluster = (members, sum + cluster.1 - shift, height + cluster.2);
            clusters.pop();
        }
        clusters.push(cluster);
    }
    let mut centres = vec![0.0; wanted.len()];
    for (members, sum, height) in clusters {
        let mut at = (sum / members.len() as f64).clamp(low, (high - height).max(low));
        for k in members {
            centres[k] = at + half(k);
            at += 2.0 * half(k);
        }
    }
    centres
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_keeps_labels_apart_and_inside() {
        let cases: [&[f64]; 5] =
            [&[50.0, 50.0, 50.0], &[0.0, 1.0, 99.0], &[100.0, 100.0], &[3.0], &[90.0, 10.0, 92.0, 12.0, 11.0]];
        for wanted in cases {
            let centres = spread(wanted, &vec![8.0; wanted.len()], 0.0, 100.0);
            let mut sorted = centres.clone();
            sorted.sort_by(f64::total_cmp);
            assert!(sorted.windows(2).all(|w| w[1] - w[0] >= 8.0 - 1e-9), "{centres:?}");
            assert!(sorted.iter().all(|c| (4.0 - 1e-9..=96.0 + 1e-9).contains(c)), "{centres:?}");
        }
    }

    #[test]
    fn labels_that_are_apart_stay_where_they_are() {
        assert_eq!(spread(&[20.0, 60.0], &[8.0, 8.0], 0.0, 100.0), [20.0, 60.0]);
    }

    #[test]
    fn shortened_names_stay_distinct_and_narrow() {
        font::register().expect("the font is built in");
        let names = ["CheckTool + ParseData in the first round", "CheckTool + ParseFull in the first round", "short"];
        let shown = abbreviate(&names, 50.0, 6.6);
        assert_ne!(shown[0], shown[1]);
        assert_eq!(shown[2], "short");
        assert!(shown.iter().all(|name| font::width(name, 6.6, false) <= 50.0), "{shown:?}");
    }

    #[test]
    fn lines_break_at_blanks_and_joints() {
        font::register().expect("the font is built in");
        assert_eq!(wrap("important_messages", 45.0, 6.6, 2), ["important_", "messages"]);
        assert_eq!(wrap("Goal Prioritization", 50.0, 6.6, 2), ["Goal", "Prioritization"]);
        assert_eq!(wrap("one", 50.0, 6.6, 2), ["one"]);
    }
}
