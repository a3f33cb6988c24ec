//! Closed sets of words.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::diagnostic::or_list;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::or_expression;
use crate::yaml::Node;
use serde_json::Value as Json;
use serde_json::json;

/// A word out of a closed set.
pub trait Choice: Sized + Copy + 'static {
    /// All words: the value, how it is written, and what it does; in the order to show them.
    const WORDS: &'static [(Self, &'static str, &'static str)];

    /// How the value is written.
    #[must_use]
    fn word(self) -> &'static str
    where
        Self: PartialEq,
    {
        Self::WORDS.iter().find(|(value, _, _)| *value == self).map_or("", |(_, word, _)| word)
    }

    /// Reads one of the words.
    ///
    /// # Errors
    /// Reports E0202 for another type and E0204 for another word.
    fn decode_word(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let text = decoder.text(node)?;
        if let Some((value, _, _)) = Self::WORDS.iter().find(|(_, word, _)| *word == text) {
            return Ok(*value);
        }
        let words: Vec<&str> = Self::WORDS.iter().map(|(_, word, _)| *word).collect();
        let message = format!("expected {}, found `{text}`", or_list(&words));
        Err(decoder
            .report(Diagnostic::new(codes::INVALID_CHOICE, node.span, message).with_nearest(&text, words)))
    }

    /// The words with what each does.
    fn words_schema(_: &mut Definitions) -> Json {
        let words: Vec<Json> = Self::WORDS
            .iter()
            .map(|(_, word, description)| json!({ "const": word, "description": description.trim() }))
            .collect();
        or_expression(&json!({ "oneOf": words }))
    }
}

/// Defines a closed set of words: `choice! { /// What it is. Name { /// What it does. Variant "word", } }`.
macro_rules! choice {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $variant_doc:literal])+ $variant:ident $word:literal,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[doc = $variant_doc])+ $variant,)+
        }

        impl $crate::schema::Choice for $name {
            const WORDS: &'static [(Self, &'static str, &'static str)] =
                &[$((Self::$variant, $word, concat!($($variant_doc),+))),+];
        }

        impl $crate::schema::Shape for $name {
            fn decode(
                node: &$crate::yaml::Node,
                decoder: &mut $crate::schema::Decoder<'_>,
            ) -> Result<Self, $crate::diagnostic::Reported> {
                <Self as $crate::schema::Choice>::decode_word(node, decoder)
            }

            fn schema(definitions: &mut $crate::schema::Definitions) -> serde_json::Value {
                <Self as $crate::schema::Choice>::words_schema(definitions)
            }
        }
    };
}

pub(crate) use choice;
