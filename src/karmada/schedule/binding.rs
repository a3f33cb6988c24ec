//! What an earlier scheduling left in an object's binding, as far as the next one reads it.

use crate::karmada::division::TargetCluster;

/// What an earlier scheduling left; the default is a first scheduling.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Binding {
    /// `spec.clusters`: the clusters chosen before, in their order, which scaling down depends on.
    pub clusters: Vec<TargetCluster>,
    /// The clusters of `spec.gracefulEvictionTasks`, which are being left.
    pub evicted: Vec<String>,
    /// Whether the earlier replicas are kept where possible.
    pub mode: AssignmentMode,
    /// `status.schedulerObservingAffinityName`: the group of `clusterAffinities` used last; empty for none.
    pub observed_affinity: String,
}

/// Whether earlier replicas are kept where possible.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AssignmentMode {
    /// They are kept; only what is missing or too much is divided.
    #[default]
    Steady,
    /// Everything is divided anew, and the first group of `clusterAffinities` is tried first.
    Fresh,
}

impl AssignmentMode {
    /// The mode that a binding is in: fresh when `spec.rescheduleTriggeredAt` is later than
    /// `status.lastScheduledTime`, both RFC 3339; a time that is missing or cannot be read gives steady.
    ///
    /// *Source*: karmada f8fdd02 `pkg/util/binding.go` `RescheduleRequired`.
    #[must_use]
    pub fn of_times(reschedule_triggered_at: Option<&str>, last_scheduled_time: Option<&str>) -> Self {
        let triggered = reschedule_triggered_at.and_then(seconds);
        let last = last_scheduled_time.and_then(seconds);
        match (triggered, last) {
            (Some(triggered), Some(last)) if triggered > last => Self::Fresh,
            (Some(_) | None, Some(_) | None) => Self::Steady,
        }
    }
}

impl Binding {
    /// Tells whether the cluster was chosen before.
    pub(crate) fn targets(&self, cluster: &str) -> bool {
        self.clusters.iter().any(|target| target.name == cluster)
    }

    /// The replicas that the cluster had.
    pub(crate) fn assigned(&self, cluster: &str) -> i32 {
        self.clusters.iter().find(|target| target.name == cluster).map_or(0, |target| target.replicas)
    }
}

/// Reads a time in RFC 3339 as whole seconds since 1970-01-01T00:00:00Z; `metav1.Time` keeps no fraction.
fn seconds(text: &str) -> Option<i64> {
    let (date, rest) = text.split_once('T')?;
    let (clock, zone) = rest.split_at_checked(rest.find(['Z', '+', '-'])?)?;
    let clock = clock.split_once('.').map_or(clock, |(clock, _)| clock);
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(clock, ':')?;
    let offset = match zone.split_at_checked(1)? {
        ("Z", "") => 0,
        (sign, zone) => {
            let [hours, minutes, _] = numbers(&format!("{zone}:0"), ':')?;
            let minutes = hours * 60 + minutes;
            if sign == "-" { -minutes } else { minutes }
        }
    };
    Some(days(year, month, day) * 86_400 + hour * 3_600 + (minute - offset) * 60 + second)
}

fn numbers(text: &str, separator: char) -> Option<[i64; 3]> {
    let numbers =
        text.split(separator).map(|number| number.parse().ok().filter(|number| (0..10_000).contains(number)));
    numbers.collect::<Option<Vec<i64>>>()?.try_into().ok()
}

/// Days from 1970-01-01 in the Gregorian calendar; years begin in March, so that leap days come last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 719_469
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_compared_across_zones() {
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2024-02-29T12:30:00+02:00"), Some(1_709_202_600));
        assert_eq!(seconds("2024-02-29T10:30:00.75Z"), seconds("2024-02-29T12:30:00+02:00"));
    }

    #[test]
    fn what_is_no_time_is_never_later() {
        let last = Some("2024-06-01T10:00:00Z");
        assert_eq!(AssignmentMode::of_times(Some("tomorrow"), last), AssignmentMode::Steady);
        assert_eq!(AssignmentMode::of_times(Some("2024-06-01T10:00:01Z"), None), AssignmentMode::Steady);
        assert_eq!(AssignmentMode::of_times(Some("2024-06-01T10:00:00Z"), last), AssignmentMode::Steady);
        assert_eq!(AssignmentMode::of_times(Some("2024-06-01T10:00:01Z"), last), AssignmentMode::Fresh);
    }
}
