//! Rows below each other, and lists of names within the width of a page.

/// The width that lists of names are wrapped at; what a terminal and a review both show.
const WIDTH: usize = 100;

/// Puts the cells of each column below each other, two blanks between them; numbers stand at the right. No line ends with
/// a blank.
pub(super) fn align(rows: &[Vec<String>], indent: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let is_last = |column: usize| column + 1 == columns;
    let mut text = String::new();
    for row in rows {
        let mut line = " ".repeat(indent);
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let blanks = " ".repeat(width - cell.chars().count());
            match column {
                0 => line.extend([cell.as_str(), &blanks]),
                _ if is_last(column) => line.extend(["  ", cell]),
                _ => line.extend(["  ", &blanks, cell]),
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Names with commas behind a heading; further lines are indented by two more.
pub(super) fn wrap(indent: usize, heading: &str, names: &[String]) -> String {
    let mut line = format!("{}{heading}", " ".repeat(indent));
    let mut text = String::new();
    for (place, name) in names.iter().enumerate() {
        let comma = if place + 1 < names.len() { "," } else { "" };
        if line.chars().count() + 1 + name.chars().count() + comma.len() > WIDTH {
            text.push_str(line.trim_end());
            text.push('\n');
            line = " ".repeat(indent + 1);
        }
        line.push(' ');
        line.push_str(name);
        line.push_str(comma);
    }
    text.push_str(line.trim_end());
    text.push('\n');
    text
}
