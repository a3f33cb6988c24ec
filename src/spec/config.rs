//! `ConfigMaps` and Secrets.

use crate::schema::Confidential;
use crate::schema::Map;
use crate::schema::Named;
use crate::schema::Text;
use crate::schema::record;
use crate::source::Spanned;
use crate::spec::Annotations;
use crate::spec::Base64;
use crate::spec::ConfigKey;
use crate::spec::Files;
use crate::spec::LabelChanges;
use crate::spec::Paths;
use crate::spec::SecretText;
use crate::spec::name::ConfigKeyName;

record! {
    /// A ConfigMap. Its keys come from `data`, `binaryData`, `files` and `envFile` together; no key may come twice.
    ConfigMap {
        /// Texts by key; numbers and booleans are taken as written.
        data "data": Map<Spanned<Text>, ConfigKey>, example {"FORMAT": "json"};
        /// Bytes by key, in base64.
        binary_data "binaryData": Map<Spanned<Base64>, ConfigKey>, example {"logo.png": "iVBORw0KGgo="};
        /// Files: a list of paths (with `*`) from this file's folder, whose names become the keys; or paths by key. What is no text goes to `binaryData`.
        files "files": Files, example ["config/app.toml"];
        /// A file of `KEY=value` lines, or a list of them; each line becomes a key, as with `kubectl create configmap --from-env-file`.
        env_file "envFile": Paths, example "config/app.env";
        /// Whether the name ends with a hash of the content, so that the pods start anew when it changes. References in the App use the name without it.
        hash "hash": Option<Spanned<bool>>, default false, example true;
        /// Whether Kubernetes refuses every change.
        immutable "immutable": Option<Spanned<bool>>, default false, example true;
        /// Whether it lives on the control plane already, and is only referred to here.
        external "external": Option<Spanned<bool>>, default false, example true;
        /// The keys of one that is external. Left out: references may name any key.
        keys "keys": Vec<Spanned<ConfigKeyName>>, example ["region"];
        /// Labels on the ConfigMap alone.
        labels "labels": LabelChanges, example {"tier": "front"};
        /// Annotations on the ConfigMap alone.
        annotations "annotations": Annotations, example {"example.com/contact": "web@example.com"};
    }
}

record! {
    /// A Secret. Its keys come from `data`, `stringData`, `files`, `envFile` and `registries` together; no key may come twice. Its values never reach a message, a difference or a report.
    Secret {
        /// Kubernetes' type of the Secret, or one of your own. Left out: `Opaque`, or with `registries` `kubernetes.io/dockerconfigjson`.
        r#type "type": Option<Spanned<String>>, default "Opaque", example "kubernetes.io/tls";
        /// Bytes by key, in base64.
        data "data": Confidential<Map<Spanned<Base64>, ConfigKey>>, example {"token": "YWJj"};
        /// Texts by key; they are written as base64. `{env: NAME}` takes the text from a variable of the build's environment.
        string_data "stringData": Confidential<Map<Spanned<SecretText>, ConfigKey>>, example {"password": {"env": "DB_PASSWORD"}};
        /// Files: a list of paths (with `*`) from this file's folder, whose names become the keys; or paths by key.
        files "files": Files, example {"tls.crt": "certs/tls.crt", "tls.key": "certs/tls.key"};
        /// A file of `KEY=value` lines, or a list of them; each line becomes a key, as with `kubectl create secret generic --from-env-file`.
        env_file "envFile": Paths, example "secret.env";
        /// Logins by image registry, written as the key `.dockerconfigjson`.
        registries "registries": Confidential<Named<RegistryLogin>>, example {"registry.example.com": {"username": "ci", "password": {"env": "REGISTRY_PASSWORD"}}};
        /// Whether the name ends with a hash of the content, so that the pods start anew when it changes. References in the App use the name without it.
        hash "hash": Option<Spanned<bool>>, default false, example true;
        /// Whether Kubernetes refuses every change.
        immutable "immutable": Option<Spanned<bool>>, default false, example true;
        /// Whether it lives on the control plane already, and is only referred to here.
        external "external": Option<Spanned<bool>>, default false, example true;
        /// The keys of one that is external. Left out: references may name any key.
        keys "keys": Vec<Spanned<ConfigKeyName>>, example ["password"];
        /// Labels on the Secret alone.
        labels "labels": LabelChanges, example {"tier": "front"};
        /// Annotations on the Secret alone.
        annotations "annotations": Annotations, example {"example.com/contact": "web@example.com"};
    }
}

record! {
    /// A login to an image registry.
    RegistryLogin {
        /// The name of the account.
        username "username": Spanned<SecretText>, example "ci";
        /// Its password or token.
        password "password": Spanned<SecretText>, example {"env": "REGISTRY_PASSWORD"};
    }
}

impl ConfigMap {
    /// The keys that are written in a way that was reported already; an empty one may be any.
    pub fn lost_keys(&self) -> impl Iterator<Item = &str> {
        let lost = self.data.lost.iter().chain(&self.binary_data.lost).chain(self.files.lost_keys());
        lost.map(String::as_str)
    }
}

impl Secret {
    /// The keys that are written in a way that was reported already; an empty one may be any.
    pub fn lost_keys(&self) -> impl Iterator<Item = &str> {
        let login = (!self.registries.0.0.lost.is_empty()).then_some(".dockerconfigjson");
        let lost = self.data.0.lost.iter().chain(&self.string_data.0.lost).chain(self.files.lost_keys());
        login.into_iter().chain(lost.map(String::as_str))
    }
}
