//! `ConfigMaps` and Secrets.

use crate::schema::Confidential;
use crate::schema::Map;
use crate::schema::Text;
use crate::schema::record;
use crate::source::Spanned;
use crate::spec::Annotations;
use crate::spec::Base64;
use crate::spec::ConfigKey;
use crate::spec::Labels;

record! {
    /// A ConfigMap.
    ConfigMap later ["files", "envFile"] {
        /// Texts by key; numbers and booleans are taken as written.
        data "data": Map<Spanned<Text>, ConfigKey>, example {"FORMAT": "json"};
        /// Bytes by key, in base64.
        binary_data "binaryData": Map<Spanned<Base64>, ConfigKey>;
        /// Whether Kubernetes refuses every change.
        immutable "immutable": Option<bool>, default false;
        /// Whether it lives on the control plane already, and is only referred to here.
        external "external": Option<Spanned<bool>>, default false;
        /// Labels on the ConfigMap alone.
        labels "labels": Labels;
        /// Annotations on the ConfigMap alone.
        annotations "annotations": Annotations;
    }
}

record! {
    /// A Secret. Its values never reach a message, a difference or a report.
    Secret later ["files", "envFile"] {
        /// Kubernetes' type of the Secret.
        r#type "type": Option<Spanned<String>>, default "Opaque", example "kubernetes.io/tls";
        /// Bytes by key, in base64.
        data "data": Confidential<Map<Spanned<Base64>, ConfigKey>>;
        /// Texts by key; they are written as base64.
        string_data "stringData": Confidential<Map<Spanned<Text>, ConfigKey>>;
        /// Whether Kubernetes refuses every change.
        immutable "immutable": Option<bool>, default false;
        /// Whether it lives on the control plane already, and is only referred to here.
        external "external": Option<Spanned<bool>>, default false, example true;
        /// Labels on the Secret alone.
        labels "labels": Labels;
        /// Annotations on the Secret alone.
        annotations "annotations": Annotations;
    }
}
