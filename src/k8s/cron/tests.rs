use super::*;

#[track_caller]
fn assert_refused(text: &str, part: &str, message: &str) {
    let error = check_schedule(text).unwrap_err();
    assert_eq!((&text[error.part.clone()], error.message.as_str()), (part, message));
}

#[test]
fn schedules_that_kubernetes_takes() {
    for text in [
        "* * * * *",
        "*/15 0-6,18-23 1,15 jan-jun MON-fri",
        "5/10 ? 29 2 *",
        "  0  3 * * 0 ",
        "0 0 31 2 1",
        "05 00 01 01 *",
        "@daily",
        "@midnight",
        "@every 1h30m",
    ] {
        assert_eq!(check_schedule(text), Ok(()), "{text}");
    }
}

#[test]
fn the_smallest_part_is_told() {
    assert_refused("60 * * * *", "60", "the minute is from 0 to 59, found 60");
    assert_refused("0 1,24 * * *", "24", "the hour is from 0 to 23, found 24");
    assert_refused("0 0 0 * *", "0", "the day of the month is from 1 to 31, found 0");
    assert_refused("0 0 * juno *", "juno", "invalid month `juno`");
    assert_refused("0 0 * * 7", "7", "the day of the week is from 0 to 6, found 7");
    assert_refused("0 5-2 * * *", "5-2", "the hour range `5-2` begins after its end");
    assert_refused("*/0 * * * *", "*/0", "invalid step `0` in the minute `*/0`");
    assert_refused("1,,2 * * * *", "1,,2", "the minute has an empty entry");
    assert_refused("0 0 L * *", "L", "invalid day of the month `L`");
    assert_refused("0 0 30 2 *", "30", "no month of the schedule has a day 30");
    assert_refused("0 0 -5 * *", "-5", "the day of the month has an empty entry");
    assert_refused("1/2/3 * * * *", "1/2/3", "invalid step `2/3` in the minute `1/2/3`");
    assert_refused("99999999999 * * * *", "99999999999", "invalid minute `99999999999`");
}

#[test]
fn other_forms_are_told_as_a_whole() {
    assert_refused("0 0 3 * * *", "0 0 3 * * *", "expected five fields in the schedule, found 6");
    assert_refused("", "", "expected five fields in the schedule, found 0");
    assert_refused("@reboot", "@reboot", "unknown macro `@reboot`");
    assert_refused("@every 5", "@every 5", "invalid length of time `5`");
    assert_refused("CRON_TZ=UTC 0 3 * * *", "CRON_TZ=UTC", "a schedule has no time zone in it");
    assert_refused("ё * * * *", "ё", "invalid minute `ё`");
}

#[test]
fn suggestions_mean_the_same() {
    let suggestion = |text: &str| check_schedule(text).unwrap_err().suggestion;
    assert_eq!(suggestion("0 0 * * 7"), Some("0".to_owned()));
    assert_eq!(suggestion("0 0 * * monday"), Some("mon".to_owned()));
    assert_eq!(suggestion("@Daily"), Some("@daily".to_owned()));
    assert_eq!(suggestion("0 0 * * 5-7"), None);
}

#[test]
fn time_zones() {
    for name in
        ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+8", "Antarctica/Station_Of_2030"]
    {
        assert_eq!(check_time_zone(name), Ok(()), "{name}");
    }
    let suggestion = |name: &str| check_time_zone(name).unwrap_err().1;
    assert_eq!(suggestion("europe/Berlin"), Some("Europe/Berlin".to_owned()));
    assert_eq!(suggestion("utc"), Some("UTC".to_owned()));
    assert_eq!(suggestion("UTC+8"), Some("Etc/GMT-8".to_owned()));
    assert_eq!(suggestion("Europe/Berln"), Some("Europe/Berlin".to_owned()));
    assert_eq!(suggestion("America/New York"), Some("America/New_York".to_owned()));
    assert_eq!(suggestion("Asia/Beijing"), Some("Asia/Shanghai".to_owned()));
    assert_eq!(suggestion("Local"), None);
    assert_eq!(suggestion(""), None);
    assert_eq!(suggestion("Europe/"), None);
}

#[test]
fn durations() {
    assert_eq!(parse_duration("90s"), Some(90));
    assert_eq!(parse_duration("1h30m"), Some(5400));
    for text in ["", "5", "m", "1d", "1.5h", "-5m", "99999999999999999999h", "9223372036854775807h"] {
        assert_eq!(parse_duration(text), None, "{text}");
    }
}
