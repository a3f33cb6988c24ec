//! Faults in `ConfigMaps` and Secrets. No message holds a value.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes;
use crate::lower::Lowering;
use crate::lower::content::Content;
use crate::lower::content::SIZE_LIMIT;
use crate::source::Span;
use crate::source::Spanned;

impl Lowering<'_> {
    pub(in crate::lower) fn duplicate_key(&mut self, key: Spanned<&str>, first: Span) {
        let message = format!("the key `{}` comes twice", key.value);
        self.diagnostics.report(
            Diagnostic::new(codes::DUPLICATE_CONFIG_KEY, key.span, message)
                .with_label("comes from here too")
                .with_secondary(first, "comes from here first"),
        );
    }

    pub(in crate::lower) fn invalid_file_key(&mut self, at: Span, reason: &str) {
        let message = format!("the name of the file cannot be a key: {reason}");
        self.diagnostics.report(
            Diagnostic::new(codes::INVALID_NAME, at, message)
                .with_help("give it a key of its own: `files: {KEY: PATH}`"),
        );
    }

    pub(in crate::lower) fn several_files(&mut self, path: &Spanned<String>, count: usize) {
        let message = format!("`{}` matches {count} files, and a key holds one", path.value);
        self.diagnostics.report(
            Diagnostic::new(codes::INVALID_VALUE, path.span, message)
                .with_help("name one file, or write `files` as a list, where each file's name is its key"),
        );
    }

    pub(in crate::lower) fn too_much_config(&mut self, kind: &str, name: Spanned<&str>, content: &Content) {
        let size = content.size();
        let message = format!(
            "the {kind} `{}` holds {size} bytes, and Kubernetes takes {SIZE_LIMIT} at most",
            name.value
        );
        let largest = content.largest();
        let at = largest.filter(|(_, piece)| piece.is_file).map_or(name.span, |(_, piece)| piece.at);
        let mut diagnostic = Diagnostic::new(codes::TOO_MUCH_CONFIG, at, message);
        if let Some((key, piece)) = largest {
            let bytes = piece.form.bytes().len();
            diagnostic = diagnostic.with_note(format!("the largest key is `{key}` with {bytes} bytes"));
        }
        self.diagnostics
            .report(diagnostic.with_help("put large files into the image, or into a volume of their own"));
    }

    pub(in crate::lower) fn part_of_external(&mut self, part: &str, at: Span, external: Span) {
        let message = format!("`{part}` does not go with `external: true`");
        self.diagnostics.report(
            Diagnostic::new(codes::CONFLICTING_KEYS, at, message)
                .with_secondary(external, "nothing is generated for an external object")
                .with_help("leave one of the two out"),
        );
    }

    pub(in crate::lower) fn keys_without_external(&mut self, at: Span) {
        let message = "`keys` goes with `external: true` only";
        self.diagnostics.report(
            Diagnostic::new(codes::CONFLICTING_KEYS, at, message)
                .with_note("the keys of an object that the App defines are known"),
        );
    }

    pub(in crate::lower) fn secret_type_near_miss(
        &mut self,
        name: Spanned<&str>,
        r#type: &Spanned<String>,
        known: &[&'static str],
    ) {
        let message = format!("the type of the Secret `{}` is none that Kubernetes knows", name.value);
        self.diagnostics.report(
            Diagnostic::new(codes::SECRET_TYPE_NEAR_MISS, r#type.span, message)
                .with_nearest(&r#type.value, known.iter().copied())
                .with_note("it is taken all the same, and passed over by who looks for the type"),
        );
    }

    pub(in crate::lower) fn missing_secret_key(
        &mut self,
        name: Spanned<&str>,
        key: &str,
        r#type: &Spanned<String>,
    ) {
        let message = format!("the Secret `{}` has no key `{key}`", name.value);
        self.diagnostics.report(
            Diagnostic::new(codes::MISSING_KEY, name.span, message)
                .with_secondary(r#type.span, format!("this type needs `{key}`"))
                .with_help(format!("add `{key}` to `stringData` or `files`, or in base64 to `data`")),
        );
    }

    pub(in crate::lower) fn missing_secret_annotation(
        &mut self,
        name: Spanned<&str>,
        annotation: &str,
        r#type: &Spanned<String>,
    ) {
        let message = format!("the Secret `{}` has no annotation `{annotation}`", name.value);
        self.diagnostics.report(
            Diagnostic::new(codes::MISSING_KEY, name.span, message)
                .with_secondary(r#type.span, "this type needs the name of an account")
                .with_help(format!("add `annotations: {{{annotation}: …}}`")),
        );
    }

    pub(in crate::lower) fn invalid_secret_key(
        &mut self,
        key: Spanned<&str>,
        fault: &str,
        r#type: &Spanned<String>,
    ) {
        let message = format!("the value of `{}` {fault}", key.value);
        self.diagnostics.report(
            Diagnostic::new(codes::INVALID_VALUE, key.span, message)
                .with_secondary(r#type.span, "Kubernetes refuses that for this type"),
        );
    }

    pub(in crate::lower) fn type_without_registries(&mut self, r#type: &Spanned<String>, first: Span) {
        let message = format!("`registries` does not go with the type `{}`", r#type.value);
        self.diagnostics.report(
            Diagnostic::new(codes::CONFLICTING_KEYS, r#type.span, message)
                .with_secondary(first, "the first registry")
                .with_help("leave `type` out"),
        );
    }

    pub(in crate::lower) fn invalid_real_name(&mut self, at: Span, reason: &str) {
        let message = format!("the name with its hash is invalid: {reason}");
        self.diagnostics.report(
            Diagnostic::new(codes::INVALID_NAME, at, message)
                .with_note("the hash adds 11 characters to the name"),
        );
    }

    pub(in crate::lower) fn control_character(&mut self, at: Span, character: char) {
        let message = format!("the text has the control character U+{:04X}", u32::from(character));
        self.diagnostics.report(
            Diagnostic::new(codes::CONTROL_CHARACTER, at, message)
                .with_note("kustomize fails on it, or makes a space of it")
                .with_help("leave it out, or write the value as `binaryData`"),
        );
    }
}
