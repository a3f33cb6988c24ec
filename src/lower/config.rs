//! `ConfigMaps` and Secrets.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::lower::Lowering;
use crate::lower::identity::Identity;
use crate::source::Spanned;
use crate::spec::Base64;
use crate::spec::ConfigMap;
use crate::spec::Secret;
use crate::tree;
use std::collections::BTreeSet;

impl Lowering<'_> {
    /// Generates the `ConfigMaps` that the App defines.
    pub(super) fn lower_config_maps(&mut self) -> Vec<Object> {
        let app = self.app;
        let defined =
            app.spec.config_maps.0.iter().filter(|(_, config_map)| !is_external(config_map.external));
        defined.map(|(name, config_map)| self.lower_config_map(name, config_map)).collect()
    }

    fn lower_config_map(&self, name: Spanned<&str>, config_map: &ConfigMap) -> Object {
        let identity = Identity {
            api_version: "v1",
            kind: "ConfigMap",
            name: name.value,
            at: name.span,
            labels: &config_map.labels,
            annotations: &config_map.annotations,
        };
        let mut object = self.start_object(&identity);
        let mut data = tree::Map::new(name.span);
        for (key, text) in config_map.data.iter() {
            data.set_written(&owned(key), tree::text(text.span, text.value.0.as_str()));
        }
        let mut binary = tree::Map::new(name.span);
        for (key, bytes) in config_map.binary_data.iter() {
            binary.set_written(&owned(key), tree::text(bytes.span, bytes.value.0.as_str()));
        }
        object.set_some("data", data.into_some());
        object.set_some("binaryData", binary.into_some());
        let immutable = config_map.immutable.filter(|immutable| *immutable);
        object.set_some("immutable", immutable.map(|immutable| tree::boolean(name.span, immutable)));
        self.finish_object(&identity, Role::ConfigMap, object)
    }

    /// Generates the Secrets that the App defines.
    pub(super) fn lower_secrets(&mut self) -> Vec<Object> {
        let app = self.app;
        let defined = app.spec.secrets.0.iter().filter(|(_, secret)| !is_external(secret.external));
        defined.map(|(name, secret)| self.lower_secret(name, secret)).collect()
    }

    /// All values are written as `data`: what the API server makes of `stringData`.
    fn lower_secret(&mut self, name: Spanned<&str>, secret: &Secret) -> Object {
        let identity = Identity {
            api_version: "v1",
            kind: "Secret",
            name: name.value,
            at: name.span,
            labels: &secret.labels,
            annotations: &secret.annotations,
        };
        let mut object = self.start_object(&identity);
        let r#type = secret.r#type.as_ref();
        let written = r#type.map_or_else(
            || tree::text(name.span, "Opaque"),
            |text| tree::text(text.span, text.value.as_str()),
        );
        object.set("type", written);
        let mut data = tree::Map::new(name.span);
        for (key, bytes) in secret.data.0.iter() {
            data.set_written(&owned(key), tree::text(bytes.span, bytes.value.0.as_str()));
        }
        for (key, text) in secret.string_data.0.iter() {
            let Base64(encoded) = Base64::encode(text.value.0.as_bytes());
            data.set_written(&owned(key), tree::text(text.span, encoded));
        }
        object.set_some("data", data.into_some());
        let immutable = secret.immutable.filter(|immutable| *immutable);
        object.set_some("immutable", immutable.map(|immutable| tree::boolean(name.span, immutable)));
        self.check_secret_keys(name, secret);
        self.finish_object(&identity, Role::Secret, object)
    }

    /// The keys that Kubernetes demands of a type: `kubernetes v1.33 pkg/apis/core/validation ValidateSecret`.
    fn check_secret_keys(&mut self, name: Spanned<&str>, secret: &Secret) {
        let Some(r#type) = &secret.r#type else { return };
        let keys: BTreeSet<&str> = secret.data.0.keys().chain(secret.string_data.0.keys()).collect();
        let needed: &[&str] = match r#type.value.as_str() {
            "kubernetes.io/tls" => &["tls.crt", "tls.key"],
            "kubernetes.io/dockerconfigjson" => &[".dockerconfigjson"],
            "kubernetes.io/dockercfg" => &[".dockercfg"],
            "kubernetes.io/ssh-auth" => &["ssh-privatekey"],
            "kubernetes.io/basic-auth" if !keys.contains("username") => &["password"],
            _ => &[],
        };
        for key in needed.iter().filter(|key| !keys.contains(*key)) {
            self.missing_secret_key(name, key, r#type);
        }
    }
}

/// Tells whether an object lives on the control plane already.
pub(super) fn is_external(external: Option<Spanned<bool>>) -> bool {
    external.is_some_and(|external| external.value)
}

fn owned(key: Spanned<&str>) -> Spanned<String> {
    Spanned::new(key.value.to_owned(), key.span)
}
