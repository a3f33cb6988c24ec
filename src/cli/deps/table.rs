//! The references of each App as a table.

use crate::bundle::Dependency;
use crate::cli::deps::Graph;
use crate::k8s::gvk::ObjectKey;
use crate::source::SourceMap;

const COLUMNS: [&str; 6] = ["FROM", "TO", "KEY", "STATE", "CARRIED BY", "AT"];

/// Writes a table for each App, with an empty line between them.
pub(super) fn write(apps: &[Graph], sources: &SourceMap) -> String {
    let tables: Vec<String> = apps.iter().map(|app| write_app(app, sources)).collect();
    tables.join("\n")
}

fn write_app(app: &Graph, sources: &SourceMap) -> String {
    let title = format!("{}/{}\n", app.namespace, app.name);
    if app.dependencies.is_empty() {
        return title + "  refers to nothing\n";
    }
    let head = COLUMNS.map(str::to_owned);
    let rows: Vec<[String; 6]> = std::iter::once(head)
        .chain(app.dependencies.iter().map(|dependency| row(dependency, sources)))
        .collect();
    title + &align(&rows)
}

fn row(dependency: &Dependency, sources: &SourceMap) -> [String; 6] {
    let position = sources.position(dependency.at);
    let path = sources.path(dependency.at).display();
    let optional = if dependency.is_optional { ", optional" } else { "" };
    [
        name(&dependency.owner),
        name(&dependency.target),
        dependency.key.clone().unwrap_or_else(|| "-".to_owned()),
        format!("{}{optional}", dependency.state.name()),
        dependency.carrier.name().to_owned(),
        format!("{path}:{}:{}", position.line, position.column),
    ]
}

fn name(key: &ObjectKey) -> String {
    format!("{}/{}", key.gvk.kind(), key.name)
}

/// Puts all cells of a column below each other; no line ends with a blank.
fn align(rows: &[[String; 6]]) -> String {
    let mut widths = [0; 6];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut table = String::new();
    for row in rows {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        table.extend(["  ", line.trim_end(), "\n"]);
    }
    table
}
