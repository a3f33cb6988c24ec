//! Image references, and changes to parts of them.

use crate::diagnostic::Code;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::k8s::image::ImageReference;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::PatternText;
use crate::schema::Shape;
use crate::schema::checked_text;
use crate::schema::record;
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;

/// An image reference, as written and in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// As the user wrote it.
    pub text: String,
    /// Its parts.
    pub reference: ImageReference,
}

impl PatternText for Image {
    const CODE: Code = codes::INVALID_IMAGE;

    fn parse(text: &str) -> Result<Self, (String, Option<String>)> {
        match ImageReference::parse(text) {
            Ok(reference) => Ok(Self { text: text.to_owned(), reference }),
            Err(_) if ImageReference::parse(text.trim()).is_ok() && text.trim() != text => {
                let message = "an image reference has no space or line break before or behind it";
                Err((message.to_owned(), Some(text.trim().to_owned())))
            }
            Err(_) if text.is_empty() => Err(("the image reference is empty".to_owned(), None)),
            Err(error) => {
                let bare = text.trim_start_matches("https://").trim_start_matches("http://");
                let suggestion =
                    Some(bare.trim().to_lowercase()).filter(|bare| ImageReference::parse(bare).is_ok());
                let shown = text.escape_debug();
                Err((format!("invalid image reference `{shown}`: {error}"), suggestion))
            }
        }
    }

    fn pattern_schema() -> Json {
        json!({ "type": "string", "minLength": 1 })
    }
}

checked_text!(Image);

/// A change of an image: another image, or some of its parts.
#[derive(Debug, Clone, PartialEq)]
pub enum ImageChange {
    /// Another image altogether.
    Whole(Spanned<Image>),
    /// Some of its parts; what is left out stays.
    Parts(ImageParts),
}

macro_rules! image_part {
    ($(#[doc = $doc:literal])+ $name:ident, $noun:literal, $change:ident) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(pub String);

        impl PatternText for $name {
            const CODE: Code = codes::INVALID_IMAGE;

            fn parse(text: &str) -> Result<Self, (String, Option<String>)> {
                let any = ImageReference::parse("image").and_then(|image| image.$change(text));
                let said = |error| (format!(concat!("invalid ", $noun, " `{}`: {}"), text.escape_debug(), error), None);
                any.map(|_| Self(text.to_owned())).map_err(said)
            }

            fn pattern_schema() -> Json {
                json!({ "type": "string" })
            }
        }

        checked_text!($name);
    };
}

image_part! {
    /// A registry, with its port.
    Registry, "registry", with_registry
}

image_part! {
    /// The path of an image within its registry.
    Repository, "repository", with_repository
}

image_part! {
    /// The tag of an image.
    Tag, "tag", with_tag
}

image_part! {
    /// The digest of an image.
    Digest, "digest", with_digest
}

record! {
    /// The parts of an image to change; what is left out stays.
    ImageParts {
        /// The registry, with its port.
        registry "registry": Option<Spanned<Registry>>, example "eu.registry.example.com";
        /// The path within the registry.
        repository "repository": Option<Spanned<Repository>>, example "shop/storefront";
        /// The tag.
        tag "tag": Option<Spanned<Tag>>, example "1.4.3";
        /// The digest; a tag stays beside it only where it is written too.
        digest "digest": Option<Spanned<Digest>>;
    }
}

impl Shape for ImageChange {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Mapping(_) => ImageParts::decode(node, decoder).map(Self::Parts),
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Poisoned => Spanned::decode(node, decoder).map(Self::Whole),
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [Image::schema(definitions), ImageParts::schema(definitions)] })
    }
}
