//! The text of lists: items that pass through keep their lines, comments included.

use crate::krm::list::KIND;
use crate::krm::list::List;
use crate::tree;
use crate::yaml::Node;
use crate::yaml::Value;
use crate::yaml::write;
use serde_json::Value as Json;
use serde_json::json;
use std::ops::Range;

/// Writes a list: the items as they are given, the rest by its value, and the results behind those of earlier functions.
pub(super) fn write_list(list: &List, items: &[String], results: Vec<Json>) -> String {
    let api_version = tree::get(&list.root, "apiVersion").map(Node::to_json).unwrap_or_default();
    let mut text = write(&json!({ "apiVersion": api_version, "kind": KIND }));
    text.push_str(if items.is_empty() { "items: []\n" } else { "items:\n" });
    text.extend(items.iter().map(String::as_str));
    let mut all_results = Vec::new();
    for entry in list.entries() {
        match (entry.key.value.as_str(), entry.value.to_json()) {
            ("apiVersion" | "kind" | "items", _) => {}
            ("results", Json::Array(earlier)) => all_results = earlier,
            (key, value) => text.push_str(&write(&json!({ key: value }))),
        }
    }
    all_results.extend(results);
    if !all_results.is_empty() {
        text.push_str(&write(&json!({ "results": all_results })));
    }
    text
}

/// Cuts the items out of the text of a list: the lines of each from its dash on, with the dash at the first column; nothing
/// for an item that does not stand on lines of its own, or is made of text elsewhere.
pub(super) fn cut_items(root: &Node, items: &Node, text: &str) -> Vec<Option<String>> {
    let nodes = items.as_sequence().unwrap_or_default();
    let Some(ranges) = find_lines((root, items), nodes, text) else { return vec![None; nodes.len()] };
    let cut = nodes.iter().zip(ranges).map(|(node, (column, range))| {
        let is_whole = stands_within(node, &range);
        text.get(range).filter(|_| is_whole).map(|lines| outdent(lines, column))
    });
    cut.collect()
}

/// The column of the dashes, and the bytes of each item's lines.
fn find_lines(
    (root, items): (&Node, &Node),
    nodes: &[Node],
    text: &str,
) -> Option<Vec<(usize, Range<usize>)>> {
    let first = items.span.start as usize;
    let column = first - line_start(text, first);
    if !text.get(first..)?.starts_with('-') || !text.get(first - column..first)?.bytes().all(|it| it == b' ')
    {
        return None;
    }
    let mut starts = vec![first - column];
    for pair in nodes.windows(2) {
        let [before, after] = pair else { return None };
        starts.push(find_dash(text, before.span.end as usize..after.span.start as usize, column)?);
    }
    let behind = root.as_mapping()?.iter().map(|entry| entry.key.span.start as usize);
    let next = behind.filter(|start| *start > first).min();
    let end = next.map_or_else(|| document_end(text, first), |next| line_start(text, next));
    let ends = starts.iter().skip(1).copied().chain([end]);
    Some(starts.iter().copied().zip(ends).map(|(start, end)| (column, start..end)).collect())
}

/// The start of the line with the dash of an item that begins at the end of the range, with the comments before it.
fn find_dash(text: &str, between: Range<usize>, column: usize) -> Option<usize> {
    // A block of text ends behind its last line break.
    let is_line_start = line_start(text, between.start) == between.start;
    let start = if is_line_start {
        between.start
    } else {
        text.get(between.clone())?.find('\n')? + between.start + 1
    };
    let mut at = start;
    let mut comments = None;
    for line in text.get(start..)?.split_inclusive('\n') {
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        if indent == column && content.starts_with('-') {
            return Some(comments.unwrap_or(at));
        }
        if indent <= column && content.starts_with('#') {
            comments = comments.or(Some(at));
        } else {
            comments = None;
        }
        at += line.len();
    }
    None
}

/// Tells whether all of a node is made of the text at some bytes: no part of it came through an alias from elsewhere.
fn stands_within(node: &Node, range: &Range<usize>) -> bool {
    let is_within = range.start <= node.span.start as usize && node.span.end as usize <= range.end;
    is_within
        && match &node.value {
            Value::Sequence(items) => items.iter().all(|item| stands_within(item, range)),
            Value::Mapping(mapping) => mapping.iter().all(|entry| stands_within(&entry.value, range)),
            Value::Null | Value::Boolean(_) | Value::Number(_) | Value::String(_) | Value::Poisoned => true,
        }
}

/// The first line behind a place that ends the document; the end of the text, if there is none.
fn document_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let ends = ["\n---", "\n..."].iter().filter_map(|end| rest.find(end));
    ends.min().map_or(text.len(), |newline| at + newline + 1)
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

/// Moves lines to the left, and ends the last one.
fn outdent(lines: &str, columns: usize) -> String {
    let mut moved = String::with_capacity(lines.len() + 1);
    for line in lines.split_inclusive('\n') {
        let spaces = line.bytes().take_while(|byte| *byte == b' ').count().min(columns);
        moved.push_str(line.get(spaces..).unwrap_or_default());
    }
    if !moved.ends_with('\n') {
        moved.push('\n');
    }
    moved
}
