//! Requests and limits: kubernetes v1.33 `pkg/apis/core/validation` `ValidateContainerResourceRequirements`.

use crate::diagnostic::nearest;
use crate::k8s::quantity::Quantity;
use crate::k8s::rules::Breach;
use crate::k8s::rules::cursor::Cursor;
use serde_json::Value;
use std::cmp::Ordering;

/// The resources that are named without a domain.
const STANDARD: &[&str] = &["cpu", "memory", "ephemeral-storage"];

/// The resources that are counted in bytes.
const BYTES: &[&str] = &["memory", "ephemeral-storage", "storage"];

/// Fewer bytes than these are a unit that was forgotten.
const FEWEST_BYTES: i64 = 1024;

/// More cores than these are a unit that was mistaken.
const MOST_CORES: i64 = 100_000;

/// What the names of huge pages begin with; their size follows.
const HUGE_PAGES: &str = "hugepages-";

/// Checks the requests and limits of a container.
pub(super) fn check(container: &Cursor<'_>, found: &mut Vec<Breach>) {
    let Some(resources) = container.get("resources") else { return };
    for section in ["requests", "limits"] {
        let Some(amounts) = resources.get(section) else { continue };
        for (name, amount) in amounts.entries() {
            check_name(name, &amount, found);
            check_amount(name, &amount, found);
        }
    }
    let (requests, limits) = (resources.get("requests"), resources.get("limits"));
    let sections = [requests, limits];
    let mut names = sections.iter().flatten().flat_map(Cursor::entries);
    if let Some((name, pages)) = names.find(|(name, _)| name.starts_with(HUGE_PAGES))
        && !sections
            .iter()
            .flatten()
            .any(|amounts| ["cpu", "memory"].iter().any(|key| amounts.get(key).is_some()))
    {
        found.push(
            Breach::missing(&pages, format!("`{name}` needs `cpu` or `memory` beside it"))
                .note("Kubernetes refuses a container that asks for huge pages alone"),
        );
    }
    for (name, request) in requests.iter().flat_map(Cursor::entries) {
        let limit = limits.as_ref().and_then(|limits| limits.get(name));
        check_pair(name, &request, limit.as_ref(), found);
    }
}

fn check_name(name: &str, amount: &Cursor<'_>, found: &mut Vec<Breach>) {
    if name.contains('/') || name.starts_with(HUGE_PAGES) || STANDARD.contains(&name) {
        return;
    }
    let breach = Breach::key(amount, format!("a container has no resource `{name}`"))
        .note("the resources are `cpu`, `memory`, `ephemeral-storage`, and those of device plug-ins");
    found.push(match nearest(name, STANDARD.iter().copied()) {
        Some(near) => breach.help(format!("a similar name exists: `{near}`")),
        None if name.contains("gpu") => breach
            .help("write the name that the device plug-in of the cluster gives it, such as `nvidia.com/gpu`"),
        None => breach,
    });
}

fn check_amount(name: &str, amount: &Cursor<'_>, found: &mut Vec<Breach>) {
    let Ok(quantity) = Quantity::from_json(amount.value) else { return };
    let written = shown(amount);
    if quantity.sign() == Ordering::Less {
        found.push(Breach::value(amount, format!("`{name}` is at least 0, found `{written}`")));
        return;
    }
    let is_whole = quantity.milli_value() % 1000 == 0;
    if BYTES.contains(&name) {
        check_bytes((name, "Mi"), (amount, &quantity), found);
    } else if name == "cpu" && quantity.value() > MOST_CORES {
        found.push(mistaken_unit(amount, (&written, quantity.value())));
    } else if let Some(size) = name.strip_prefix(HUGE_PAGES) {
        check_pages((name, size), (amount, &quantity), found);
    } else if is_counted(name) && !is_whole {
        let message = format!("`{name}` is counted in whole numbers, found `{written}`");
        found.push(Breach::value(amount, message));
    }
}

/// Reports an amount whose unit was forgotten: Kubernetes takes it, and nothing starts with it.
pub(super) fn check_bytes(
    (name, unit): (&str, &str),
    (amount, quantity): (&Cursor<'_>, &Quantity),
    found: &mut Vec<Breach>,
) {
    let is_forgotten = quantity.sign() == Ordering::Greater && quantity.value() < FEWEST_BYTES;
    if !is_forgotten && quantity.milli_value() % 1000 == 0 {
        return;
    }
    let written = shown(amount);
    let number: String = written.chars().take_while(char::is_ascii_digit).collect();
    let breach = Breach::value(amount, format!("`{written}` of `{name}` is less than a kilobyte"))
        .note("an amount without a unit is in bytes, and `m` stands for a thousandth");
    found.push(if number.is_empty() { breach } else { breach.replace(format!("{number}{unit}")) });
}

/// Kubernetes takes it, and no node has it.
fn mistaken_unit(amount: &Cursor<'_>, (written, cores): (&str, i64)) -> Breach {
    let breach = Breach::value(amount, format!("`{written}` of `cpu` are {cores} cores"))
        .note("an amount without a unit is in cores, and `m` stands for a thousandth");
    match written.strip_suffix('M') {
        Some(number) => breach.replace(format!("{number}m")),
        None => breach,
    }
}

/// kubernetes v1.33 `pkg/apis/core/v1/helper` `IsHugePageResourceValueDivisible`.
fn check_pages(
    (name, size): (&str, &str),
    (amount, quantity): (&Cursor<'_>, &Quantity),
    found: &mut Vec<Breach>,
) {
    let Ok(page) = Quantity::from_json(&Value::String(size.to_owned())) else { return };
    if page.value() > 0 && quantity.value() % page.value() != 0 {
        let message = format!("`{name}` comes in pages of {size}, found `{}`", shown(amount));
        found.push(Breach::value(amount, message));
    }
}

fn check_pair(name: &str, request: &Cursor<'_>, limit: Option<&Cursor<'_>>, found: &mut Vec<Breach>) {
    let Ok(asked) = Quantity::from_json(request.value) else { return };
    let Some(limit) = limit else {
        if is_counted(name) {
            let message = format!("`{name}` needs a limit beside the request");
            found.push(
                Breach::value(request, message)
                    .note("such a resource cannot be shared: its limit and its request are the same")
                    .help("write it under `limits` alone"),
            );
        }
        return;
    };
    let Ok(most) = Quantity::from_json(limit.value) else { return };
    let written = (shown(request), shown(limit));
    if is_counted(name) && asked != most {
        let message =
            format!("the request `{}` of `{name}` differs from the limit `{}`", written.0, written.1);
        found.push(
            Breach::value(request, message)
                .related(limit, "the limit")
                .note("such a resource cannot be shared: its limit and its request are the same"),
        );
    } else if asked > most {
        let message = format!("the request `{}` of `{name}` is above the limit `{}`", written.0, written.1);
        found.push(Breach::value(request, message).related(limit, "the limit"));
    }
}

/// Whether a resource comes in pieces: those of device plug-ins, and huge pages.
fn is_counted(name: &str) -> bool {
    name.starts_with(HUGE_PAGES) || (name.contains('/') && !name.contains("kubernetes.io/"))
}

fn shown(amount: &Cursor<'_>) -> String {
    amount.value.as_str().map_or_else(|| amount.value.to_string(), str::to_owned)
}
