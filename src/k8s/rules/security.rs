//! What pods and containers may do: kubernetes v1.33 `pkg/apis/core/validation` `ValidateSecurityContext`.

use crate::k8s::rules::Breach;
use crate::k8s::rules::breach::refuse_negative;
use crate::k8s::rules::cursor::Cursor;

/// Users and groups, by number.
const IDENTITIES: &[&str] = &["runAsUser", "runAsGroup", "fsGroup"];

/// Checks the security context of a container against itself, and against that of its pod.
pub(super) fn check_container(container: &Cursor<'_>, pod: Option<&Cursor<'_>>, found: &mut Vec<Breach>) {
    let own = container.get("securityContext");
    if let Some(context) = &own {
        refuse_negative(context, IDENTITIES, found);
        check_escalation(context, found);
    }
    let find = |key| own.as_ref().and_then(|own| own.get(key)).or_else(|| pod?.get(key));
    if let (Some(user), Some(non_root)) = (find("runAsUser"), find("runAsNonRoot"))
        && user.value.as_i64() == Some(0)
        && non_root.value.as_bool() == Some(true)
    {
        found.push(
            Breach::value(&user, "the user 0 is root, which `runAsNonRoot` forbids")
                .related(&non_root, "forbidden here")
                .note("the kubelet does not start the container"),
        );
    }
}

/// Checks the security context of a pod.
pub(super) fn check_pod(context: &Cursor<'_>, found: &mut Vec<Breach>) {
    refuse_negative(context, IDENTITIES, found);
}

fn check_escalation(context: &Cursor<'_>, found: &mut Vec<Breach>) {
    let Some(escalation) = context.get("allowPrivilegeEscalation") else { return };
    if escalation.value.as_bool() != Some(false) {
        return;
    }
    let message = "a container that may do everything cannot be kept from escalating";
    if let Some(privileged) = context.get("privileged").filter(|flag| flag.value.as_bool() == Some(true)) {
        found.push(Breach::value(&escalation, message).related(&privileged, "it may do everything"));
    }
    let Some(capabilities) = context.get("capabilities") else { return };
    let Some(added) = capabilities.get("add") else { return };
    for capability in added.items() {
        if matches!(capability.value.as_str(), Some("CAP_SYS_ADMIN" | "SYS_ADMIN")) {
            found.push(Breach::value(&escalation, message).related(&capability, "it may do everything"));
        }
    }
}
