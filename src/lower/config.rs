//! `ConfigMaps` and Secrets.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::document::Secrecy;
use crate::lower::Lowering;
use crate::lower::content::Content;
use crate::lower::content::Form;
use crate::lower::identity::Identity;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::ConfigMap;
use crate::spec::Files;
use crate::spec::Secret;
use crate::spec::SecretText;
use crate::tree;
use crate::yaml::Node;

/// The type of a Secret with logins to registries.
const DOCKER_CONFIG: &str = "kubernetes.io/dockerconfigjson";

impl Lowering<'_> {
    /// Generates the `ConfigMaps` that the App defines.
    pub(super) fn lower_config_maps(&mut self) -> Vec<Object> {
        let app = self.app;
        let mut objects = Vec::new();
        for (name, config_map) in app.spec.config_maps.0.iter() {
            let keys = config_map.keys.first().map(|key| key.span);
            if self.is_defined(config_map.external, keys, &config_map_parts(config_map)) {
                objects.push(self.lower_config_map(name, config_map));
            }
        }
        objects
    }

    fn lower_config_map(&mut self, name: Spanned<&str>, config_map: &ConfigMap) -> Object {
        let mut content = Content::default();
        for (key, text) in config_map.data.iter() {
            self.add_written(&mut content, key, Spanned::new(Form::Text(text.value.0.clone()), text.span));
        }
        for (key, bytes) in config_map.binary_data.iter() {
            let form = Form::Bytes(bytes.value.decode_bytes());
            self.add_written(&mut content, key, Spanned::new(form, bytes.span));
        }
        self.add_files(&mut content, &config_map.files);
        self.add_env_files(&mut content, (Secrecy::Open, &config_map.env_file));
        self.check_size("ConfigMap", name, &content);
        let (mut data, mut binary) = (tree::Map::new(name.span), tree::Map::new(name.span));
        for (key, piece) in &content.pieces {
            let key = Spanned::new(key.clone(), piece.key);
            match &piece.form {
                Form::Text(text) => data.set_written(&key, tree::text(piece.at, text.as_str())),
                Form::Bytes(_) => binary.set_written(&key, piece.encoded()),
            }
        }
        let mut body = tree::Map::new(name.span);
        body.set_some("data", data.into_some());
        body.set_some("binaryData", binary.into_some());
        body.set_some("immutable", immutable(config_map.immutable));
        let real = self.real_name("ConfigMap", name, (config_map.hash, &body));
        let identity = Identity {
            api_version: "v1",
            kind: "ConfigMap",
            name: &real,
            at: name.span,
            labels: &config_map.labels,
            annotations: &config_map.annotations,
        };
        let object = self.start_object(&identity).join(body);
        self.finish_object(&identity, Role::ConfigMap, object)
    }

    /// Generates the Secrets that the App defines.
    pub(super) fn lower_secrets(&mut self) -> Vec<Object> {
        let app = self.app;
        let mut objects = Vec::new();
        for (name, secret) in app.spec.secrets.0.iter() {
            let keys = secret.keys.first().map(|key| key.span);
            if self.is_defined(secret.external, keys, &secret_parts(secret)) {
                objects.push(self.lower_secret(name, secret));
            }
        }
        objects
    }

    /// All values are written as `data`: what the API server makes of `stringData`.
    fn lower_secret(&mut self, name: Spanned<&str>, secret: &Secret) -> Object {
        let content = self.secret_content(secret);
        self.check_size("Secret", name, &content);
        let r#type = self.secret_type(name, secret);
        self.check_secret_keys(name, secret, (&r#type, &content));
        let mut data = tree::Map::new(name.span);
        for (key, piece) in &content.pieces {
            data.set_written(&Spanned::new(key.clone(), piece.key), piece.encoded());
        }
        let mut body = tree::Map::new(name.span).with("type", tree::text(r#type.span, r#type.value.as_str()));
        body.set_some("data", data.into_some());
        body.set_some("immutable", immutable(secret.immutable));
        let real = self.real_name("Secret", name, (secret.hash, &body));
        let identity = Identity {
            api_version: "v1",
            kind: "Secret",
            name: &real,
            at: name.span,
            labels: &secret.labels,
            annotations: &secret.annotations,
        };
        let object = self.start_object(&identity).join(body);
        self.finish_object(&identity, Role::Secret, object)
    }

    fn secret_content(&mut self, secret: &Secret) -> Content {
        let mut content = Content::default();
        for (key, bytes) in secret.data.0.iter() {
            let form = Form::Bytes(bytes.value.decode_bytes());
            self.add_written(&mut content, key, Spanned::new(form, bytes.span));
        }
        for (key, text) in secret.string_data.0.iter() {
            let form = Form::Text(self.secret_text(&text.value));
            self.add_written(&mut content, key, Spanned::new(form, text.span));
        }
        self.add_files(&mut content, &secret.files);
        self.add_env_files(&mut content, (Secrecy::Confidential, &secret.env_file));
        if let Some((first, _)) = secret.registries.0.0.iter().next() {
            let form = Form::Text(self.docker_config(secret));
            let key = Spanned::new(".dockerconfigjson", first.span);
            self.add_written(&mut content, key, Spanned::new(form, first.span));
        }
        content
    }

    /// The text, from wherever it comes. A variable that is not there has been reported.
    pub(super) fn secret_text(&self, text: &SecretText) -> String {
        match text {
            SecretText::Literal(text) => text.clone(),
            SecretText::Variable(name) => self.attachments.variables.get(name).cloned().unwrap_or_default(),
        }
    }

    fn secret_type(&mut self, name: Spanned<&str>, secret: &Secret) -> Spanned<String> {
        let first = secret.registries.0.0.iter().next().map(|(server, _)| server.span);
        match (&secret.r#type, first) {
            (Some(r#type), Some(first)) if r#type.value != DOCKER_CONFIG => {
                self.type_without_registries(r#type, first);
                Spanned::new(DOCKER_CONFIG.to_owned(), r#type.span)
            }
            (Some(r#type), _) => r#type.clone(),
            (None, Some(first)) => Spanned::new(DOCKER_CONFIG.to_owned(), first),
            (None, None) => Spanned::new("Opaque".to_owned(), name.span),
        }
    }

    /// Tells whether the App defines an object; one that is external has no parts, and only such a one has a list of keys.
    fn is_defined(
        &mut self,
        external: Option<Spanned<bool>>,
        keys: Option<Span>,
        parts: &[(&str, Option<Span>)],
    ) -> bool {
        let Some(external) = external.filter(|external| external.value) else {
            if let Some(keys) = keys {
                self.keys_without_external(keys);
            }
            return true;
        };
        for (part, place) in parts {
            if let Some(place) = place {
                self.part_of_external(part, *place, external.span);
            }
        }
        false
    }
}

/// Tells whether an object lives on the control plane already.
pub(super) fn is_external(external: Option<Spanned<bool>>) -> bool {
    external.is_some_and(|external| external.value)
}

fn immutable(immutable: Option<Spanned<bool>>) -> Option<Node> {
    let immutable = immutable.filter(|immutable| immutable.value)?;
    Some(tree::boolean(immutable.span, true))
}

fn config_map_parts(config_map: &ConfigMap) -> [(&'static str, Option<Span>); 8] {
    [
        ("data", config_map.data.iter().next().map(|(key, _)| key.span)),
        ("binaryData", config_map.binary_data.iter().next().map(|(key, _)| key.span)),
        ("files", first_file(&config_map.files)),
        ("envFile", config_map.env_file.0.first().map(|path| path.span)),
        ("hash", config_map.hash.filter(|hash| hash.value).map(|hash| hash.span)),
        ("immutable", config_map.immutable.filter(|immutable| immutable.value).map(|flag| flag.span)),
        ("labels", config_map.labels.iter().next().map(|(key, _)| key.span)),
        ("annotations", config_map.annotations.iter().next().map(|(key, _)| key.span)),
    ]
}

fn secret_parts(secret: &Secret) -> [(&'static str, Option<Span>); 9] {
    [
        ("data", secret.data.0.iter().next().map(|(key, _)| key.span)),
        ("stringData", secret.string_data.0.iter().next().map(|(key, _)| key.span)),
        ("files", first_file(&secret.files)),
        ("envFile", secret.env_file.0.first().map(|path| path.span)),
        ("registries", secret.registries.0.0.iter().next().map(|(server, _)| server.span)),
        ("hash", secret.hash.filter(|hash| hash.value).map(|hash| hash.span)),
        ("immutable", secret.immutable.filter(|immutable| immutable.value).map(|flag| flag.span)),
        ("labels", secret.labels.iter().next().map(|(key, _)| key.span)),
        ("annotations", secret.annotations.iter().next().map(|(key, _)| key.span)),
    ]
}

fn first_file(files: &Files) -> Option<Span> {
    match files {
        Files::List(paths) => paths.first().map(|path| path.span),
        Files::Map(paths) => paths.iter().next().map(|(key, _)| key.span),
    }
}
