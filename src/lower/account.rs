//! The account that the pods run as.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::lower::Lowering;
use crate::lower::identity::Identity;
use crate::source::Spanned;
use crate::tree;

impl Lowering<'_> {
    /// The name of the App's account, where it has one of its own.
    pub(super) fn account_name(&self) -> Option<Spanned<&str>> {
        let account = self.app.spec.service_account.as_ref()?;
        match &account.name {
            Some(name) => Some(Spanned::new(name.value.as_str(), name.span)),
            None if account.create.is_some_and(|create| create.value) => {
                Some(Spanned::new(self.app.metadata.name.value.as_str(), account.at))
            }
            None => None,
        }
    }

    /// Generates the account, where the App asks for it.
    pub(super) fn lower_account(&mut self) -> Option<Object> {
        let account = self.app.spec.service_account.as_ref()?;
        account.create.filter(|create| create.value)?;
        let name = self.account_name()?;
        let identity = Identity {
            api_version: "v1",
            kind: "ServiceAccount",
            name: name.value,
            at: name.span,
            labels: &account.labels,
            annotations: &account.annotations,
        };
        let mut object = self.start_object(&identity);
        for (key, node) in &account.rest.fields {
            object.set_written(key, node.clone());
        }
        let secrets: Vec<_> = account
            .image_pull_secrets
            .iter()
            .map(|secret| {
                let name = tree::text(secret.0.span, secret.0.value.as_str());
                tree::Map::new(secret.0.span).with("name", name).into_node()
            })
            .collect();
        if !secrets.is_empty() {
            object.set("imagePullSecrets", tree::list(account.at, secrets));
        }
        Some(self.finish_object(&identity, Role::ServiceAccount, object))
    }
}
