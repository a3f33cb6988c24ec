//! Walks over the parser's events of one document; the parser is named in this folder only.

mod explain;
mod strict;

use std::ops::Range;

use granit_parser::Event;
use granit_parser::Parser;
use granit_parser::ScalarStyle;
use granit_parser::StrInput;
use granit_parser::StructureStyle;
use granit_parser::options;

use crate::source::FileId;
use crate::source::Span;
use crate::yaml::build::Builder;
use crate::yaml::build::Collection;
use crate::yaml::build::RawScalar;
use crate::yaml::build::Stopped;
use crate::yaml::events::strict::find_unknown_escape;
use crate::yaml::fault::Fault;
use crate::yaml::fault::FaultKind;
use crate::yaml::indentation::Nesting;
use crate::yaml::indentation::examine;
use crate::yaml::indentation::find_tabs_in_block;
use crate::yaml::indentation::find_tabs_in_plain;
use crate::yaml::node::Style;
use crate::yaml::read::span;
use crate::yaml::resolve::Tag;

/// Walks over the parser's events of one document and hands them to the builder.
pub(super) struct Walk<'a, 'b> {
    text: &'a str,
    offset: usize,
    file: FileId,
    pub(super) builder: Builder<'b>,
    /// Where the last sign or scalar ends.
    pub(super) content_end: usize,
    /// How far the parser has read: no text before this place is lost.
    pub(super) read_end: usize,
    /// Behind the last `-` that a list was found to start with.
    dash_end: usize,
    /// Open collections, outermost first.
    open: Vec<Open>,
    /// The outermost open `{{`: a map as a key of a map, which must be an expression without quotes.
    braces: Option<Braces>,
    /// Whether a tab can be wrong at all.
    has_tabs: bool,
}

/// An open collection.
#[derive(Clone, Copy)]
struct Open {
    nesting: Nesting,
    start: usize,
    /// Column from 0 of the keys or dashes of the innermost block around it.
    indent: Option<usize>,
}

/// An open `{{`.
#[derive(Clone, Copy)]
struct Braces {
    start: usize,
    /// How many faults there were before it; those within come from it.
    faults: usize,
}

impl<'a, 'b> Walk<'a, 'b> {
    pub(super) fn new(text: &'a str, offset: usize, file: FileId, builder: Builder<'b>) -> Self {
        let has_tabs = text.contains('\t');
        let (content_end, read_end, dash_end) = (0, 0, 0);
        Self {
            text,
            offset,
            file,
            builder,
            content_end,
            read_end,
            dash_end,
            open: Vec::new(),
            braces: None,
            has_tabs,
        }
    }

    /// Reads up to the end of the first document; an error has been noted with the builder's faults.
    pub(super) fn run(&mut self) -> Result<(), Stopped> {
        let options = options! {
            emit_anchor_events: true,
            emit_unresolved_aliases: true,
            bom_inside_document_as_content: true,
            disallow_directives: true,
        };
        for event in Parser::<StrInput<'_>>::new_from_str_with_options(self.text, options) {
            if self.builder.is_complete() {
                break;
            }
            match event {
                Ok((event, place)) => {
                    let range = place.byte_range().unwrap_or_default();
                    self.read_end = range.start;
                    if let Some(tag) = place.tag_span().and_then(|tag| tag.byte_range()) {
                        self.check_tag(tag)?;
                    }
                    self.visit(event, range)?;
                    self.read_end = self.read_end.max(self.content_end);
                }
                Err(error) => {
                    self.note_error(&error);
                    return Err(Stopped);
                }
            }
        }
        Ok(())
    }

    fn visit(&mut self, event: Event<'_>, range: Range<usize>) -> Result<(), Stopped> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.map(|tag| Tag::find(tag.handle(), tag.suffix()));
                let style = own_style(style);
                let range = self.scalar_range(range, style)?;
                // The parser calls a value that is not there `~`.
                let text = if range.is_empty() { String::new() } else { text.into_owned() };
                self.builder.scalar(RawScalar { text, style, tag, span: self.span(range) }, anchor);
            }
            Event::SequenceStart(style, anchor, _) => {
                self.open(Collection::Sequence, style, (range, anchor))?;
            }
            Event::MappingStart(style, anchor, _) => {
                self.open(Collection::Mapping, style, (range, anchor))?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(range)?,
            Event::Alias(anchor) => {
                self.pass(range.clone())?;
                let name = self.text.get(range.start + 1..range.end).unwrap_or_default();
                self.builder.alias(anchor, name, self.span(range))?;
            }
            Event::UnresolvedAlias(name) => {
                self.pass(range.clone())?;
                self.builder.refuse(FaultKind::UnknownAnchor { name: name.into_owned() }, self.span(range));
            }
            Event::Anchor(_, name) => self.check_anchor(&name, range)?,
            Event::StreamStart | Event::StreamEnd | Event::DocumentStart(..) | Event::DocumentEnd | _ => {}
        }
        Ok(())
    }

    fn open(
        &mut self,
        collection: Collection,
        style: StructureStyle,
        (range, anchor): (Range<usize>, usize),
    ) -> Result<(), Stopped> {
        let mut start = range.start;
        let mut open = Open { nesting: Nesting::Flow, start, indent: self.indent() };
        match style {
            StructureStyle::Flow if range.is_empty() => {}
            StructureStyle::Flow => self.pass(range.clone())?,
            StructureStyle::Block => {
                if collection == Collection::Sequence {
                    let from = self.content_end.max(self.dash_end);
                    start =
                        examine(self.text, from..range.end.max(from), Nesting::Block).dash.unwrap_or(start);
                    self.dash_end = start + 1;
                }
                open = Open { nesting: Nesting::Block, start, indent: Some(column(self.text, start)) };
            }
        }
        let is_brace = collection == Collection::Mapping && style == StructureStyle::Flow;
        let is_inner = is_brace && self.text.get(..range.end).is_some_and(|text| text.ends_with("{{"));
        if is_inner && self.braces.is_none() {
            self.braces = Some(Braces { start: range.start - 1, faults: self.builder.faults.len() });
        }
        self.open.push(open);
        self.builder.open(collection, self.span(start..range.end.max(start)), anchor)
    }

    fn close(&mut self, range: Range<usize>) -> Result<(), Stopped> {
        let nesting = self.nesting();
        if nesting == Nesting::Flow && !range.is_empty() {
            self.pass(range.clone())?;
        }
        let open = self.open.pop();
        if let Some(braces) = self.braces
            && open.is_some_and(|open| open.start == braces.start)
        {
            self.braces = None;
            self.builder.faults.truncate(braces.faults);
            self.builder.close_refused(FaultKind::UnquotedExpression, self.span(braces.start..range.end));
            return Ok(());
        }
        if self.open.is_empty() && nesting == Nesting::Block {
            self.check_tabs(range.start)?;
        }
        let end = if nesting == Nesting::Flow { range.end } else { self.content_end };
        self.builder.close(self.span(end..end));
        Ok(())
    }

    /// Widens a block scalar to its sign and moves a missing value to the end of its key; checks tabs and escapes.
    fn scalar_range(&mut self, range: Range<usize>, style: Style) -> Result<Range<usize>, Stopped> {
        match style {
            Style::Literal | Style::Folded => return self.block_range(range),
            Style::Plain if range.is_empty() => {
                let end = self.missing_value_place(range.start);
                return Ok(end..end);
            }
            Style::Plain | Style::SingleQuoted | Style::DoubleQuoted => {}
        }
        self.pass(range.clone())?;
        let source = self.text.get(range.clone()).unwrap_or_default();
        if style == Style::DoubleQuoted
            && let Some(escape) = find_unknown_escape(source)
        {
            let range = range.start + escape.start..range.start + escape.end;
            self.builder.faults.push(Fault::new(FaultKind::Escape, self.span(range)));
        }
        if self.nesting() == Nesting::Flow {
            self.check_flow_scalar(range.clone(), style)?;
        }
        if style == Style::Plain
            && self.has_tabs
            && let Some(indent) = self.indent()
            && let Some(tabs) = find_tabs_in_plain(source, indent)
        {
            return self.stop(FaultKind::TabIndentation, range.start + tabs.start..range.start + tabs.end);
        }
        Ok(range)
    }

    fn block_range(&mut self, range: Range<usize>) -> Result<Range<usize>, Stopped> {
        let gap = examine(self.text, self.content_end..range.end.max(self.content_end), self.nesting());
        let start = gap.block_sign.unwrap_or(range.start);
        self.pass(start..start)?;
        let source = self.text.get(start..range.end).unwrap_or_default();
        if self.has_tabs
            && let Some(tabs) = find_tabs_in_block(source, self.indent().unwrap_or(0))
        {
            return self.stop(FaultKind::TabIndentation, start + tabs.start..start + tabs.end);
        }
        self.content_end = start + source.trim_end_matches(['\n', '\r', ' ']).len();
        Ok(start..self.content_end.max(start + 1))
    }

    /// Behind the `:`, `-`, tag, or anchor that asks for a value; the parser's `place` may be that of the `:`.
    fn missing_value_place(&self, place: usize) -> usize {
        let before = self.text.get(..place).unwrap_or_default();
        match self.text.as_bytes().get(place) {
            Some(b':') => place + 1,
            _ => before.trim_end().len().max(self.content_end),
        }
    }

    /// Moves on to a sign or scalar and checks the text before it.
    fn pass(&mut self, range: Range<usize>) -> Result<(), Stopped> {
        self.check_tabs(range.start)?;
        self.content_end = range.end.max(self.content_end);
        Ok(())
    }

    /// Checks the text between the last sign or scalar and `end`.
    fn check_tabs(&mut self, end: usize) -> Result<(), Stopped> {
        if self.has_tabs && end > self.content_end {
            let gap = examine(self.text, self.content_end..end, self.nesting());
            if let Some(tabs) = gap.tabs {
                return self.stop(FaultKind::TabIndentation, tabs);
            }
        }
        Ok(())
    }

    fn nesting(&self) -> Nesting {
        self.open.last().map_or(Nesting::Block, |open| open.nesting)
    }

    fn indent(&self) -> Option<usize> {
        self.open.last().and_then(|open| open.indent)
    }

    fn span(&self, range: Range<usize>) -> Span {
        span(self.file, self.offset + range.start..self.offset + range.end)
    }

    fn stop<T>(&mut self, kind: FaultKind, range: Range<usize>) -> Result<T, Stopped> {
        self.builder.faults.push(Fault::new(kind, self.span(range)));
        Err(Stopped)
    }
}

fn own_style(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

/// Column from 0, in bytes.
fn column(text: &str, place: usize) -> usize {
    text.get(..place)
        .and_then(|before| before.rfind(['\n', '\r']))
        .map_or(place, |newline| place - newline - 1)
}
