//! A preview for people: a block for each object.

use crate::cli::preview::lines::align;
use crate::cli::preview::lines::wrap;
use crate::forecast::Candidate;
use crate::forecast::Claim;
use crate::forecast::ClusterPreview;
use crate::forecast::Count;
use crate::forecast::ObjectPreview;
use crate::forecast::Preview;
use crate::forecast::Received;
use crate::forecast::StrategyName;
use crate::forecast::Workload;
use crate::forecast::short;
use crate::karmada::schedule::outcome::Failure;
use crate::karmada::schedule::outcome::Reason as ConditionReason;
use indexmap::IndexMap;

/// Up to this many clusters each has its row; of more, those with the same in all columns share one.
const FEW: usize = 12;

/// Writes a block for each object, with an empty line between them, and what the Fleet does not say behind them.
pub(super) fn write(preview: &Preview) -> String {
    let mut blocks: Vec<String> = preview.objects.iter().map(write_object).collect();
    let is_open = preview.objects.iter().any(|object| !object.result.open.is_empty());
    let mut unsaid = String::new();
    if is_open {
        unsaid +=
            &wrap(0, "the Fleet does not say how much room there is on", &quoted(&preview.without_capacity));
    }
    let without = &preview.without_apis;
    if without.len() == preview.clusters.len() && !without.is_empty() {
        unsaid += "the Fleet does not say which APIs its clusters know, so each is taken to know all\n";
    } else if !without.is_empty() {
        unsaid += &wrap(
            0,
            "the Fleet does not say which APIs these know, so they are taken to know all:",
            &quoted(without),
        );
    }
    blocks.extend((!unsaid.is_empty()).then_some(unsaid));
    blocks.join("\n")
}

/// A line below an object.
fn line(text: &str) -> String {
    format!("  {text}\n")
}

fn quoted(names: &[String]) -> Vec<String> {
    names.iter().map(|name| format!("`{name}`")).collect()
}

fn write_object(object: &ObjectPreview) -> String {
    let mut text = short(&object.key);
    if let Some(workload) = &object.workload {
        text += &describe(workload);
    }
    text.push('\n');
    text += &write_claim(object);
    for (group, failure) in &object.result.failed_groups {
        text += &line(&format!("group `{group}` fails: {failure}"));
    }
    if let Some(group) = &object.result.group {
        text += &line(&format!("group `{group}` is used"));
    }
    if let Some(failure) = &object.result.failure {
        text += &write_failure(failure, object);
    }
    for note in &object.notes {
        text += &line(note);
    }
    if object.workload.is_some() {
        text += &write_rows(object);
    } else {
        text += &write_names(object);
    }
    if object.depends_on_uid() {
        text += "  where it says `or`, a tie goes by the object's uid: all first numbers belong together; --uid picks\n";
    }
    if let Some((replicas, clusters)) = &object.result.drawn {
        let heading = format!("  {replicas} more by lot, one each, among");
        text += &wrap(0, &heading, &quoted(clusters));
    }
    text
}

fn describe(workload: &Workload) -> String {
    let each = if workload.strategy == StrategyName::Duplicated { " on each cluster" } else { "" };
    let completions = workload.completions.map(|number| format!(" and {}", counted(number, "completion")));
    format!(
        ": {}{}{each}, {}",
        counted(workload.replicas, "replica"),
        completions.unwrap_or_default(),
        workload.strategy.name()
    )
}

fn counted(number: i32, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn write_claim(object: &ObjectPreview) -> String {
    let mut text = match &object.claim {
        Claim::Policy { chosen, others } => {
            let why = match others.first() {
                None => chosen.precision_name().to_owned(),
                Some(next) => why_chosen(chosen, next),
            };
            let mut text = format!("  claimed by {chosen}: {why}\n");
            for other in others {
                text += &line(&format!(
                    "not by {other}: priority {}, {}",
                    other.priority,
                    other.precision_name()
                ));
            }
            text
        }
        Claim::NamespaceSync => "  Karmada keeps every namespace on every cluster\n".to_owned(),
        Claim::Nobody if object.owners.is_empty() => {
            "  no policy claims it, so it stays on the control plane\n".to_owned()
        }
        Claim::Nobody => String::new(),
        Claim::ReservedNamespace => "  Karmada propagates nothing of this namespace\n".to_owned(),
    };
    if !object.owners.is_empty() {
        let owners: Vec<String> = object.owners.iter().map(short).collect();
        text += &wrap(2, "follows", &owners);
    }
    text
}

/// What decides between the policy that claims an object and the next one.
fn why_chosen(chosen: &Candidate, next: &Candidate) -> String {
    if chosen.kind != next.kind {
        return format!(
            "{}, and policies of the namespace come before cluster policies",
            chosen.precision_name()
        );
    }
    if chosen.priority != next.priority {
        return format!("{}, priority {} is higher", chosen.precision_name(), chosen.priority);
    }
    if chosen.precision != next.precision {
        return format!("{} is more precise", chosen.precision_name());
    }
    format!("{}, its name comes first", chosen.precision_name())
}

fn write_failure(failure: &Failure, object: &ObjectPreview) -> String {
    if *failure == Failure::TooManyRegions {
        return format!("  the result is open: {failure}\n");
    }
    let remains = object.clusters.iter().any(|row| row.received.is_some());
    let consequence = match failure.reason() {
        _ if remains => "; what was there before stays",
        ConditionReason::NoClusterFit | ConditionReason::Unschedulable | ConditionReason::SchedulerError => {
            ""
        }
    };
    format!("  nothing is scheduled: {failure}{consequence}\n")
}

/// A row for each cluster, and the sum.
fn write_rows(object: &ObjectPreview) -> String {
    let has_completions = received(object).any(|received| received.completions.is_some());
    let has_share = received(object).any(|received| received.percent.is_some());
    let mut head = vec!["CLUSTER".to_owned(), "REPLICAS".to_owned()];
    head.extend(has_completions.then(|| "COMPLETIONS".to_owned()));
    head.extend(has_share.then(|| "SHARE".to_owned()));
    head.push("WHY".to_owned());
    let mut groups: IndexMap<Vec<String>, Vec<String>> = IndexMap::new();
    let is_long = object.clusters.len() > FEW;
    for row in &object.clusters {
        let mut cells = cells(row, has_completions, has_share);
        if !is_long {
            cells.insert(0, row.cluster.clone());
        }
        groups.entry(cells).or_default().push(row.cluster.clone());
    }
    let mut rows = vec![head];
    let mut names = String::new();
    for (mut cells, members) in groups {
        if is_long {
            let label = match members.as_slice() {
                [only] => only.clone(),
                [first, more @ ..] => format!("{first} + {}", more.len()),
                [] => String::new(),
            };
            if let [first, more @ ..] = members.as_slice()
                && !more.is_empty()
            {
                names += &wrap(2, &format!("{first} + {}:", more.len()), more);
            }
            cells.insert(0, label);
        }
        rows.push(cells);
    }
    rows.extend(total(object, has_completions));
    align(&rows, 2) + &names
}

fn received(object: &ObjectPreview) -> impl Iterator<Item = &Received> {
    object.clusters.iter().filter_map(|row| row.received.as_ref())
}

fn cells(row: &ClusterPreview, has_completions: bool, has_share: bool) -> Vec<String> {
    let nothing = if row.reason.is_open() { "?" } else { "-" };
    let number = |find: &dyn Fn(&Received) -> Option<Count>| {
        let count = row.received.as_ref().and_then(find);
        count.map_or_else(|| nothing.to_owned(), |count| count.to_string())
    };
    let mut cells = vec![number(&|received| received.replicas)];
    if has_completions {
        cells.push(number(&|received| received.completions));
    }
    if has_share {
        let percent = row.received.as_ref().and_then(|received| received.percent);
        cells.push(percent.map_or_else(|| nothing.to_owned(), |percent| format!("{percent} %")));
    }
    let is_suspended = row.received.as_ref().is_some_and(|received| received.is_suspended);
    let held = if is_suspended { "; held back for now, as its policy suspends it" } else { "" };
    cells.push(format!("{}{held}", row.reason));
    cells
}

/// The sum of a column whose outcome is certain in all rows.
fn total(object: &ObjectPreview, has_completions: bool) -> Option<Vec<String>> {
    if !object.result.open.is_empty() || received(object).next().is_none() {
        return None;
    }
    let sum = |find: &dyn Fn(&Received) -> Option<Count>| {
        let counts = received(object).filter_map(find);
        counts.map(|count| i64::from(count.ascending)).sum::<i64>().to_string()
    };
    let mut cells = vec!["total".to_owned(), sum(&|received| received.replicas)];
    cells.extend(has_completions.then(|| sum(&|received| received.completions)));
    Some(cells)
}

/// The clusters of an object without replicas.
fn write_names(object: &ObjectPreview) -> String {
    let mut text = String::new();
    let (to, not_to): (Vec<&ClusterPreview>, Vec<&ClusterPreview>) =
        object.clusters.iter().partition(|row| row.received.is_some());
    let names =
        |rows: &[&ClusterPreview]| rows.iter().map(|row| row.cluster.clone()).collect::<Vec<String>>();
    match (to.len(), object.clusters.len()) {
        (0, _) => {}
        (all, count) if all == count && count > 1 => {
            text += &line(&format!("goes to all {count} clusters"));
        }
        _ => text += &wrap(2, "goes to", &names(&to)),
    }
    let held: Vec<&ClusterPreview> = to
        .into_iter()
        .filter(|row| row.received.as_ref().is_some_and(|received| received.is_suspended))
        .collect();
    if !held.is_empty() {
        text += &wrap(2, "held back for now, as its policy suspends it:", &names(&held));
    }
    let is_sent =
        !matches!(object.claim, Claim::Nobody | Claim::ReservedNamespace) || !object.owners.is_empty();
    let mut by_reason: IndexMap<String, Vec<&ClusterPreview>> = IndexMap::new();
    for row in not_to.into_iter().filter(|_| is_sent) {
        by_reason.entry(row.reason.to_string()).or_default().push(row);
    }
    for (reason, rows) in by_reason {
        match rows.as_slice() {
            rows if rows.iter().any(|row| row.reason.is_open()) => {
                text += &wrap(2, &format!("{reason}:"), &names(rows));
            }
            [only] => text += &line(&format!("not to {}, which {reason}", only.cluster)),
            rows => {
                text += &wrap(
                    2,
                    &format!("not to {} clusters, each of which {reason}:", rows.len()),
                    &names(rows),
                );
            }
        }
    }
    text
}
