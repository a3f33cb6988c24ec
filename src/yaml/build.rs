//! Builds the tree of one document: keys, duplicates, merges, anchors, and the limits on them.

use std::collections::BTreeMap;

use crate::source::Span;
use crate::source::Spanned;
use crate::yaml::fault::Fault;
use crate::yaml::fault::FaultKind;
use crate::yaml::fault::Unrepresentable;
use crate::yaml::mapping::Entry;
use crate::yaml::merge::Key;
use crate::yaml::merge::OpenMapping;
use crate::yaml::merge::insert;
use crate::yaml::merge::merge;
use crate::yaml::node::Node;
use crate::yaml::node::Scalar;
use crate::yaml::node::Style;
use crate::yaml::node::Value;
use crate::yaml::read::Limits;
use crate::yaml::resolve::Resolved;
use crate::yaml::resolve::Tag;
use crate::yaml::resolve::decode_base64;
use crate::yaml::resolve::float_key;
use crate::yaml::resolve::float_number;
use crate::yaml::resolve::resolve_plain;
use crate::yaml::resolve::resolve_tagged;

/// What a node weighs besides its text when it is copied.
const NODE_WEIGHT: usize = 32;

/// The document cannot be read further; the fault has been noted.
#[derive(Debug)]
pub(super) struct Stopped;

/// A scalar as it stands in the text.
pub(super) struct RawScalar {
    pub(super) text: String,
    pub(super) style: Style,
    pub(super) tag: Option<Tag>,
    pub(super) span: Span,
}

/// Which collection begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collection {
    Sequence,
    Mapping,
}

/// A tree under construction.
pub(super) struct Builder<'a> {
    limits: Limits,
    /// How much more may be copied for aliases, in all documents together.
    budget: &'a mut usize,
    frames: Vec<Frame>,
    anchors: BTreeMap<usize, Built>,
    root: Option<Node>,
    pub(super) faults: Vec<Fault>,
}

/// A finished node, and what it takes to copy it.
#[derive(Clone)]
struct Built {
    node: Node,
    weight: usize,
    /// Levels of collections within, itself included.
    height: usize,
}

impl Built {
    fn poisoned(span: Span) -> Self {
        Self { node: Node { value: Value::Poisoned, span }, weight: NODE_WEIGHT, height: 0 }
    }
}

/// A collection that is not closed yet.
struct Frame {
    content: Content,
    span: Span,
    anchor: usize,
    weight: usize,
    height: usize,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping(OpenMapping),
}

impl<'a> Builder<'a> {
    pub(super) fn new(limits: Limits, budget: &'a mut usize) -> Self {
        let anchors = BTreeMap::new();
        Self { limits, budget, frames: Vec::new(), anchors, root: None, faults: Vec::new() }
    }

    /// The finished tree, and all that was wrong with it.
    pub(super) fn finish(self) -> (Option<Node>, Vec<Fault>) {
        (self.root, self.faults)
    }

    /// The number of levels allowed.
    pub(super) fn depth_limit(&self) -> usize {
        self.limits.depth
    }

    /// Tells whether the tree is complete.
    pub(super) fn is_complete(&self) -> bool {
        self.root.is_some()
    }

    /// Opens a list or a map; `anchor` is 0 for none.
    pub(super) fn open(&mut self, collection: Collection, span: Span, anchor: usize) -> Result<(), Stopped> {
        self.check_depth(1, span)?;
        let content = match collection {
            Collection::Sequence => Content::Sequence(Vec::new()),
            Collection::Mapping => Content::Mapping(OpenMapping::default()),
        };
        self.frames.push(Frame { content, span, anchor, weight: NODE_WEIGHT, height: 1 });
        Ok(())
    }

    /// Closes the innermost list or map, whose text ends at `end`.
    pub(super) fn close(&mut self, end: Span) {
        let Some(frame) = self.frames.pop() else { return };
        let value = match frame.content {
            Content::Sequence(items) => Value::Sequence(items),
            Content::Mapping(open) => Value::Mapping(open.mapping),
        };
        let node = Node { value, span: frame.span.to(end) };
        self.add_anchored(Built { node, weight: frame.weight, height: frame.height }, frame.anchor);
    }

    /// Closes the innermost list or map and puts a poisoned value in its place.
    pub(super) fn close_refused(&mut self, kind: FaultKind, span: Span) {
        if let Some(frame) = self.frames.pop()
            && frame.anchor != 0
        {
            self.anchors.insert(frame.anchor, Built::poisoned(span));
        }
        self.refuse(kind, span);
    }

    /// Adds a scalar; `anchor` is 0 for none.
    pub(super) fn scalar(&mut self, scalar: RawScalar, anchor: usize) {
        let expects_key = self.open_mapping().is_some_and(|open| open.key.is_none());
        if !expects_key {
            let built = self.scalar_value(scalar);
            self.add_anchored(built, anchor);
            return;
        }
        let key = self.scalar_key(&scalar);
        if anchor != 0 {
            let built = self.scalar_value(scalar);
            self.anchors.insert(anchor, built);
        }
        if let Some(open) = self.open_mapping() {
            open.key = Some(key);
        }
    }

    /// Adds a copy of what an anchor stands for.
    pub(super) fn alias(&mut self, anchor: usize, name: &str, span: Span) -> Result<(), Stopped> {
        let Some((weight, height)) = self.anchors.get(&anchor).map(|built| (built.weight, built.height))
        else {
            let name = name.to_owned();
            self.refuse(FaultKind::RecursiveAlias { name }, span);
            return Ok(());
        };
        self.check_depth(height, span)?;
        self.spend(weight, span)?;
        if let Some(built) = self.anchors.get(&anchor).cloned() {
            self.add(built, span);
        }
        Ok(())
    }

    /// Notes a fault and puts a poisoned value in the place.
    pub(super) fn refuse(&mut self, kind: FaultKind, span: Span) {
        self.faults.push(Fault::new(kind, span));
        self.add(Built::poisoned(span), span);
    }

    fn check_depth(&mut self, height: usize, span: Span) -> Result<(), Stopped> {
        if self.frames.len() + height <= self.limits.depth {
            return Ok(());
        }
        self.faults.push(Fault::new(FaultKind::TooDeep { limit: self.limits.depth }, span));
        Err(Stopped)
    }

    fn spend(&mut self, weight: usize, span: Span) -> Result<(), Stopped> {
        if let Some(rest) = self.budget.checked_sub(weight) {
            *self.budget = rest;
            return Ok(());
        }
        if self.faults.iter().all(|fault| fault.kind != FaultKind::TooManyAliases) {
            self.faults.push(Fault::new(FaultKind::TooManyAliases, span));
        }
        Err(Stopped)
    }

    fn open_mapping(&mut self) -> Option<&mut OpenMapping> {
        match &mut self.frames.last_mut()?.content {
            Content::Mapping(open) => Some(open),
            Content::Sequence(_) => None,
        }
    }

    fn add_anchored(&mut self, built: Built, anchor: usize) {
        let span = built.node.span;
        if anchor != 0 {
            // Anchors within anchors would be copied once a level, so that they count.
            let is_nested = self.frames.iter().any(|frame| frame.anchor != 0);
            let is_affordable = !is_nested || self.spend(built.weight, span).is_ok();
            self.anchors.insert(anchor, if is_affordable { built.clone() } else { Built::poisoned(span) });
        }
        self.add(built, span);
    }

    /// Adds a finished node to the innermost collection; `span` is where it was named.
    fn add(&mut self, built: Built, span: Span) {
        let Built { node, weight, height } = built;
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(node);
            return;
        };
        frame.weight = frame.weight.saturating_add(weight);
        frame.height = frame.height.max(height + 1);
        match &mut frame.content {
            Content::Sequence(items) => items.push(node),
            Content::Mapping(open) => match open.key.take() {
                None => open.key = Some(node_key(&node, span, &mut self.faults)),
                Some(Key::Refused) => {}
                Some(Key::Merge(key)) => frame.weight += merge(open, node, key, &mut self.faults),
                Some(Key::Text(key)) => {
                    frame.weight += key.value.len();
                    insert(open, Entry { key, value: node }, &mut self.faults);
                }
            },
        }
    }

    fn scalar_value(&mut self, scalar: RawScalar) -> Built {
        let RawScalar { text, style, tag, span } = scalar;
        let weight = NODE_WEIGHT + text.len();
        let value = match resolve(&text, style, tag) {
            Err(kind) => {
                self.faults.push(Fault::new(kind, span));
                Value::Poisoned
            }
            Ok(Resolved::Null) => Value::Null,
            Ok(Resolved::Boolean(boolean)) => Value::Boolean(boolean),
            Ok(Resolved::Integer(integer)) => Value::Number(integer.into()),
            #[expect(clippy::cast_precision_loss, reason = "Kubernetes reads such an integer as a float")]
            Ok(Resolved::Unsigned(integer)) => self.float_value(integer as f64, span),
            Ok(Resolved::Float(float)) => self.float_value(float, span),
            Ok(Resolved::Text) if tag == Some(Tag::Binary) => {
                let kind = FaultKind::Tag { tag: Tag::Binary.name() };
                self.or_poison(
                    decode_base64(&text).map(|text| Value::String(Scalar { text, style })),
                    kind,
                    span,
                )
            }
            Ok(Resolved::Text) => Value::String(Scalar { text, style }),
        };
        Built { node: Node { value, span }, weight, height: 0 }
    }

    fn float_value(&mut self, float: f64, span: Span) -> Value {
        let kind = FaultKind::NotRepresentable(Unrepresentable::Number);
        self.or_poison(float_number(float).map(Value::Number), kind, span)
    }

    fn or_poison(&mut self, value: Option<Value>, kind: FaultKind, span: Span) -> Value {
        value.unwrap_or_else(|| {
            self.faults.push(Fault::new(kind, span));
            Value::Poisoned
        })
    }

    fn scalar_key(&mut self, scalar: &RawScalar) -> Key {
        let RawScalar { text, style, tag, span } = scalar;
        let is_plain_merge = *style == Style::Plain && tag.is_none() && text == "<<";
        if is_plain_merge || (*tag == Some(Tag::Merge) && text == "<<") {
            return Key::Merge(*span);
        }
        let key = match resolve(text, *style, *tag) {
            Ok(Resolved::Null) => Err(FaultKind::NotRepresentable(Unrepresentable::NullKey)),
            Ok(Resolved::Unsigned(_)) => Err(FaultKind::NotRepresentable(Unrepresentable::LargeKey)),
            Ok(Resolved::Boolean(boolean)) => Ok(boolean.to_string()),
            Ok(Resolved::Integer(integer)) => Ok(integer.to_string()),
            Ok(Resolved::Float(float)) => Ok(float_key(float)),
            Ok(Resolved::Text) if *tag == Some(Tag::Binary) => {
                decode_base64(text).ok_or(FaultKind::Tag { tag: Tag::Binary.name() })
            }
            Ok(Resolved::Text) => Ok(text.clone()),
            Err(kind) => Err(kind),
        };
        key_or_fault(key, *span, &mut self.faults)
    }
}

fn resolve(text: &str, style: Style, tag: Option<Tag>) -> Result<Resolved, FaultKind> {
    match (tag, style) {
        (Some(tag), _) => resolve_tagged(tag, text).ok_or(FaultKind::Tag { tag: tag.name() }),
        (None, Style::Plain) => Ok(resolve_plain(text)),
        (None, Style::SingleQuoted | Style::DoubleQuoted | Style::Literal | Style::Folded) => {
            Ok(Resolved::Text)
        }
    }
}

/// Makes a key of a collection or of what an alias stands for.
fn node_key(node: &Node, span: Span, faults: &mut Vec<Fault>) -> Key {
    let key = match &node.value {
        Value::Poisoned => return Key::Refused,
        Value::Null => Err(FaultKind::NotRepresentable(Unrepresentable::NullKey)),
        Value::Boolean(boolean) => Ok(boolean.to_string()),
        Value::Number(number) => Ok(number
            .as_i64()
            .map_or_else(|| float_key(number.as_f64().unwrap_or(0.0)), |key| key.to_string())),
        Value::String(scalar) => Ok(scalar.text.clone()),
        Value::Sequence(_) | Value::Mapping(_) => {
            Err(FaultKind::NotRepresentable(Unrepresentable::CollectionKey))
        }
    };
    key_or_fault(key, span, faults)
}

fn key_or_fault(key: Result<String, FaultKind>, span: Span, faults: &mut Vec<Fault>) -> Key {
    match key {
        Ok(value) => Key::Text(Spanned::new(value, span)),
        Err(kind) => {
            faults.push(Fault::new(kind, span));
            Key::Refused
        }
    }
}
