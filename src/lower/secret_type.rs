//! What Kubernetes demands of the types of Secrets: `kubernetes v1.33 pkg/apis/core/validation ValidateSecret`.

use crate::diagnostic::nearest;
use crate::lower::Lowering;
use crate::lower::content::Content;
use crate::source::Spanned;
use crate::spec::Base64;
use crate::spec::Secret;
use serde_json::Map;
use serde_json::Value as Json;
use serde_json::json;

/// The annotation that names the account of a token.
const ACCOUNT_ANNOTATION: &str = "kubernetes.io/service-account.name";

/// The types whose keys Kubernetes knows; any other text is a type too. kubernetes v1.33 `pkg/apis/core/types.go` `SecretType`.
const KNOWN_TYPES: &[&str] = &[
    "Opaque",
    "kubernetes.io/basic-auth",
    "kubernetes.io/dockercfg",
    "kubernetes.io/dockerconfigjson",
    "kubernetes.io/service-account-token",
    "kubernetes.io/ssh-auth",
    "kubernetes.io/tls",
    "bootstrap.kubernetes.io/token",
];

impl Lowering<'_> {
    /// Reports the keys that the type needs, and does not have or cannot use.
    pub(super) fn check_secret_keys(
        &mut self,
        name: Spanned<&str>,
        secret: &Secret,
        (r#type, content): (&Spanned<String>, &Content),
    ) {
        if !KNOWN_TYPES.contains(&r#type.value.as_str())
            && nearest(&r#type.value, KNOWN_TYPES.iter().copied()).is_some()
        {
            self.secret_type_near_miss(name, r#type, KNOWN_TYPES);
        }
        let has = |key: &str| content.pieces.contains_key(key);
        let has_lost = |key: &str| secret.lost_keys().any(|lost| lost == key || lost.is_empty());
        let needed: &[&str] = match r#type.value.as_str() {
            "kubernetes.io/tls" => &["tls.crt", "tls.key"],
            "kubernetes.io/dockerconfigjson" => &[".dockerconfigjson"],
            "kubernetes.io/dockercfg" => &[".dockercfg"],
            "kubernetes.io/ssh-auth" => &["ssh-privatekey"],
            "kubernetes.io/basic-auth" if !has("username") && !has_lost("username") => &["password"],
            _ => &[],
        };
        for key in needed.iter().copied() {
            match content.pieces.get(key) {
                None if has_lost(key) => {}
                None => self.missing_secret_key(name, key, r#type),
                Some(piece) if key == "ssh-privatekey" && piece.form.bytes().is_empty() => {
                    self.invalid_secret_key(Spanned::new(key, piece.key), "is empty", r#type);
                }
                Some(piece) if key.starts_with(".docker") && !is_object(piece.form.bytes()) => {
                    self.invalid_secret_key(Spanned::new(key, piece.key), "is no JSON object", r#type);
                }
                Some(_) => {}
            }
        }
        let is_token = r#type.value == "kubernetes.io/service-account-token";
        if is_token && secret.annotations.get(ACCOUNT_ANNOTATION).is_none() {
            self.missing_secret_annotation(name, ACCOUNT_ANNOTATION, r#type);
        }
    }

    /// The logins as `kubectl create secret docker-registry` writes them.
    pub(super) fn docker_config(&self, secret: &Secret) -> String {
        let mut logins = Map::new();
        for (server, login) in secret.registries.0.0.iter() {
            let username = self.secret_text(&login.username.value);
            let password = self.secret_text(&login.password.value);
            let Base64(auth) = Base64::encode(format!("{username}:{password}").as_bytes());
            let login = json!({ "username": username, "password": password, "auth": auth });
            logins.insert(server.value.to_owned(), login);
        }
        json!({ "auths": logins }).to_string()
    }
}

fn is_object(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Map<String, Json>>(bytes).is_ok()
}
