//! The text being written, and what the next piece must know of the last.

/// A text with its current column, in characters.
#[derive(Debug)]
pub(super) struct Sheet {
    text: String,
    column: usize,
    /// Whether nothing but indentation and `-` stands on the line.
    is_indentation: bool,
    /// Whether the last character is a space or a line break.
    is_space: bool,
}

impl Default for Sheet {
    fn default() -> Self {
        Self { text: String::new(), column: 0, is_indentation: true, is_space: true }
    }
}

impl Sheet {
    pub(super) fn column(&self) -> usize {
        self.column
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Goes to a column of a new line, or of this one if there is nothing on it yet.
    pub(super) fn start_line(&mut self, indent: usize) {
        if !self.is_indentation || self.column > indent || (self.column == indent && !self.is_space) {
            self.line_break();
        }
        while self.column < indent {
            self.text.push(' ');
            self.column += 1;
        }
        self.is_space = true;
        self.is_indentation = true;
    }

    /// Ends the line, unless it is empty.
    pub(super) fn end_document(&mut self) {
        self.start_line(0);
    }

    pub(super) fn line_break(&mut self) {
        self.text.push('\n');
        self.column = 0;
        self.is_space = true;
        self.is_indentation = true;
    }

    /// Writes `-`, `?`, or `:` at the start of a line, which leaves room for what follows.
    pub(super) fn indicator(&mut self, mark: &str) {
        self.space();
        let was_indentation = self.is_indentation;
        self.letters(mark);
        self.is_indentation = was_indentation;
    }

    /// Writes the `:` behind a key.
    pub(super) fn colon(&mut self) {
        self.letters(":");
    }

    /// Writes a piece, apart from what stands before.
    pub(super) fn word(&mut self, text: &str) {
        self.space();
        self.letters(text);
    }

    fn space(&mut self) {
        if !self.is_space {
            self.text.push(' ');
            self.column += 1;
        }
    }

    /// Writes characters without a line break.
    pub(super) fn letters(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += text.chars().count();
        self.is_space = false;
        self.is_indentation = false;
    }

    /// Writes a line break other than `\n`.
    pub(super) fn foreign_break(&mut self, letter: char) {
        self.text.push(letter);
        self.column = 0;
        self.is_space = true;
        self.is_indentation = true;
    }
}
