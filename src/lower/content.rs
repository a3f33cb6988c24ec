//! The keys of a `ConfigMap` or Secret, from all the places that they can be written in.

use crate::document::File;
use crate::document::Secrecy;
use crate::k8s::name::check_config_key;
use crate::lower::Lowering;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::Base64;
use crate::spec::Files;
use crate::spec::Paths;
use crate::tree;
use crate::yaml::Node;
use crate::yaml::is_unsafe;
use indexmap::IndexMap;
use std::collections::BTreeSet;
use std::path::Path;

/// kubernetes v1.33 `pkg/apis/core/types.go` `MaxSecretSize`: the most bytes of all values together; keys do not count.
pub(super) const SIZE_LIMIT: usize = 1024 * 1024;

/// The keys of one object, in the order written.
#[derive(Default)]
pub(super) struct Content {
    pub(super) pieces: IndexMap<String, Piece>,
}

/// What one key holds.
pub(super) struct Piece {
    /// The place of the key, or of the path whose file has its name.
    pub(super) key: Span,
    /// The place of the value.
    pub(super) at: Span,
    /// The value.
    pub(super) form: Form,
    /// Whether it is the content of a file.
    pub(super) is_file: bool,
}

/// A value.
pub(super) enum Form {
    /// One that any reader of YAML can carry.
    Text(String),
    /// Any other.
    Bytes(Vec<u8>),
}

impl Form {
    fn of_file(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) if !text.chars().any(is_unsafe) => Self::Text(text.to_owned()),
            Ok(_) | Err(_) => Self::Bytes(bytes.to_vec()),
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

impl Piece {
    fn of_file(file: &File, (key, at): (Span, Span)) -> Self {
        Self { key, at, form: Form::of_file(&file.bytes), is_file: true }
    }

    /// The value in base64.
    pub(super) fn encoded(&self) -> Node {
        tree::text(self.at, Base64::encode(self.form.bytes()).0)
    }
}

impl Content {
    /// The bytes of all values together.
    pub(super) fn size(&self) -> usize {
        self.pieces.values().map(|piece| piece.form.bytes().len()).sum()
    }

    /// The largest value with its key.
    pub(super) fn largest(&self) -> Option<(&str, &Piece)> {
        let pieces = self.pieces.iter().map(|(key, piece)| (key.as_str(), piece));
        pieces.max_by_key(|(_, piece)| piece.form.bytes().len())
    }
}

impl Lowering<'_> {
    /// Adds a key that the App writes out.
    pub(super) fn add_written(&mut self, content: &mut Content, key: Spanned<&str>, value: Spanned<Form>) {
        let piece = Piece { key: key.span, at: value.span, form: value.value, is_file: false };
        self.add_piece(content, key.value, piece);
    }

    /// Adds files; one that several paths of a list lead to is added once.
    pub(super) fn add_files(&mut self, content: &mut Content, files: &Files) {
        match files {
            Files::List(paths) => {
                let mut taken: BTreeSet<&Path> = BTreeSet::new();
                for path in paths {
                    let found = self.attachments.files.get(&path.value);
                    for file in found.into_iter().flatten().filter(|file| taken.insert(&file.path)) {
                        let key = file.path.file_name().unwrap_or_default().to_string_lossy();
                        match check_config_key(&key) {
                            Ok(()) => {
                                self.add_piece(content, &key, Piece::of_file(file, (path.span, path.span)));
                            }
                            Err(error) => self.invalid_file_key(path.span, &error.to_string()),
                        }
                    }
                }
            }
            Files::Map(paths) => {
                for (key, path) in paths.iter() {
                    match self.attachments.files.get(&path.value).map(Vec::as_slice) {
                        Some([file]) => {
                            self.add_piece(content, key.value, Piece::of_file(file, (key.span, path.span)));
                        }
                        Some(files) => self.several_files(path, files.len()),
                        None => {}
                    }
                }
            }
        }
    }

    /// Adds the lines of files of variables.
    pub(super) fn add_env_files(&mut self, content: &mut Content, (secrecy, paths): (Secrecy, &Paths)) {
        let mut taken: BTreeSet<&str> = BTreeSet::new();
        for path in paths.0.iter().filter(|path| taken.insert(&path.value)) {
            let lines = self.attachments.env_files.get(&(secrecy, path.value.clone()));
            for line in lines.into_iter().flatten() {
                let form = Spanned::new(Form::Text(line.value.clone()), line.key.span);
                self.add_written(content, Spanned::new(&line.key.value, line.key.span), form);
            }
        }
    }

    fn add_piece(&mut self, content: &mut Content, key: &str, piece: Piece) {
        match content.pieces.get(key) {
            Some(first) => self.duplicate_key(Spanned::new(key, piece.key), first.key),
            None => {
                content.pieces.insert(key.to_owned(), piece);
            }
        }
    }

    /// Reports (E0441) an object that is larger than the API server takes, at its largest file where it has one.
    pub(super) fn check_size(&mut self, kind: &str, name: Spanned<&str>, content: &Content) {
        if content.size() > SIZE_LIMIT {
            self.too_much_config(kind, name, content);
        }
    }
}
