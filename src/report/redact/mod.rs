//! Hides the values of Secrets in a text, whether or not it is YAML: lines and marks alone decide, and a doubt hides.
//!
//! Hidden are the values below a `secrets` key, below `stringData`, below `data` in a document that speaks of a Secret,
//! and what such values are made of: anchored texts where they have aliases, `vars` where they have expressions.

mod region;
#[cfg(test)]
mod tests;
mod trigger;

use crate::report::redact::region::Region;
use crate::report::redact::trigger::Triggers;
use std::ops::Range;

/// A text without the values of its Secrets: as many bytes, with `*` for each byte of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    text: String,
    hidden: Vec<Range<usize>>,
}

/// One line of a text.
#[derive(Debug, Clone, Copy)]
struct Line {
    /// Where it starts.
    start: usize,
    /// Where its first character that is no blank stands; its end, if there is none.
    content: usize,
    /// Where it ends, without its line break.
    end: usize,
    /// The column of `content`; a tab counts as far inside.
    indent: usize,
}

impl Masked {
    /// Hides the values in a text. Linear in its length.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let lines = split_lines(text);
        let mut triggers = Triggers::default();
        loop {
            let found = find_hidden(text, &lines, triggers);
            let wanted = triggers.with(found.made_of);
            if wanted == triggers {
                return Self { text: cover(text, &found.ranges), hidden: found.ranges };
            }
            triggers = wanted;
        }
    }

    /// Hides the values in the text of a flag, one setting or several a line: what a Secret may be made of.
    #[must_use]
    pub fn of_settings(text: &str) -> Self {
        let mut hidden = Vec::new();
        for line in split_lines(text) {
            let written = text.get(line.start..line.end).unwrap_or_default();
            let is_doubtful = written.contains("secrets") || written.contains("vars");
            if let Some(sign) = written.find('=').filter(|_| is_doubtful) {
                hidden.push(line.start + sign + 1..line.end);
            }
        }
        Self { text: cover(text, &hidden), hidden }
    }

    /// The text to show.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The hidden pieces that share a byte with a piece of the text, or touch it, in their order.
    pub fn find_hidden(&self, range: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let first = self.hidden.partition_point(|hidden| hidden.end < range.start);
        let end = range.end;
        self.hidden.iter().skip(first).take_while(move |hidden| hidden.start <= end).cloned()
    }
}

/// What one pass over the text found.
struct Found {
    ranges: Vec<Range<usize>>,
    made_of: Triggers,
}

fn find_hidden(text: &str, lines: &[Line], mut triggers: Triggers) -> Found {
    let mut found = Found { ranges: Vec::new(), made_of: triggers };
    let mut region: Option<Region<'_>> = None;
    let documents = lines.chunk_by(|_, next| !is_separator(text, *next));
    for document in documents {
        finish(&mut found, region.take());
        triggers.has_secret = speaks_of_secret(text, document);
        for line in document {
            if let Some(open) = region.as_mut().filter(|region| region.continues(*line, triggers)) {
                open.mask_line(*line);
                continue;
            }
            finish(&mut found, region.take());
            region = triggers.find(text, *line).map(|start| Region::open(text, *line, start));
        }
    }
    finish(&mut found, region);
    found
}

fn finish(found: &mut Found, region: Option<Region<'_>>) {
    if let Some(region) = region {
        found.made_of = found.made_of.with(region.made_of());
        found.ranges.extend(region.into_hidden());
    }
}

fn speaks_of_secret(text: &str, document: &[Line]) -> bool {
    let (Some(first), Some(last)) = (document.first(), document.last()) else { return false };
    trigger::speaks_of_secret(text.get(first.start..last.end).unwrap_or(text))
}

fn is_separator(text: &str, line: Line) -> bool {
    let rest = text.get(line.start..line.end).and_then(|line| line.strip_prefix("---"));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

fn split_lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    for piece in text.split_inclusive(['\n', '\r']) {
        let line = piece.trim_end_matches(['\n', '\r']);
        let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
        let has_tab = line.get(..blanks).is_some_and(|blanks| blanks.contains('\t'));
        let indent = if has_tab { usize::MAX } else { blanks };
        lines.push(Line { start, content: start + blanks, end: start + line.len(), indent });
        start += piece.len();
    }
    lines
}

/// Writes `*` over each byte of the pieces, so that all places stay where they are.
fn cover(text: &str, ranges: &[Range<usize>]) -> String {
    let mut covered = String::with_capacity(text.len());
    let mut at = 0;
    for range in ranges {
        covered.push_str(text.get(at..range.start).unwrap_or_default());
        covered.extend(std::iter::repeat_n('*', range.len()));
        at = range.end;
    }
    covered.push_str(text.get(at..).unwrap_or_default());
    covered
}
