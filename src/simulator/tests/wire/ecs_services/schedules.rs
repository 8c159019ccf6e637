//! Scheduled actions on services: what fell due within a jump of the clock, however long, took effect.

use serde_json::{Value, json};

use super::scaling::{activities, autoscaling, desired, follow, load, minutes, ok, register};
use super::{Site, merged};

/// From a schedule on, the service has so many tasks.
fn action(name: &str, schedule: &str, tasks: i64) -> Value {
    json!({
        "ScheduledActionName": name, "Schedule": schedule,
        "ScalableTargetAction": {"MinCapacity": tasks, "MaxCapacity": tasks},
    })
}

fn schedule(site: &Site, name: &str, schedule: &str, tasks: i64) {
    ok(site, "PutScheduledAction", &action(name, schedule, tasks));
}

/// The code and the message with which a schedule is refused.
fn refused(site: &Site, schedule: &str, more: &Value) -> (u16, String) {
    let (status, answer) = autoscaling(
        site,
        "PutScheduledAction",
        &merged(action("x", schedule, 2), more),
    );
    let message = answer["message"].as_str().or(answer["Message"].as_str());
    (status, message.unwrap_or_default().to_owned())
}

/// So many days from now, as `at(…)` has it.
fn at(site: &Site, days: i64) -> String {
    let time = site.world.simulator.now() + time::Duration::days(days);
    let format = time::macros::format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
    format!("at({})", time.format(format).unwrap())
}

#[test]
fn a_schedule_sets_the_bounds_at_its_time() {
    let site = Site::settled(1, &json!({}));
    register(&site, 1, 10);
    ok(
        &site,
        "PutScheduledAction",
        &json!({
            "ScheduledActionName": "matin", "Schedule": "rate(10 minutes)",
            "ScalableTargetAction": {"MinCapacity": 6, "MaxCapacity": 8},
        }),
    );
    minutes(&site, 11);
    assert_eq!(desired(&site), 6);
    minutes(&site, 2);
    assert_eq!(site.service()["runningCount"], 6);
}

#[test]
fn actions_that_fall_due_within_a_long_jump_take_effect_in_order() {
    let site = Site::settled(1, &json!({}));
    register(&site, 1, 10);
    schedule(&site, "a", &at(&site, 4), 6);
    schedule(&site, "b", &at(&site, 3), 4);
    schedule(&site, "c", &at(&site, 40), 9);
    minutes(&site, 10 * 24 * 60);
    assert_eq!(desired(&site), 6);
    assert_eq!(site.service()["runningCount"], 6);
    let told: Vec<Value> = activities(&site)
        .iter()
        .map(|one| one["Description"].clone())
        .collect();
    assert_eq!(
        told,
        ["Setting desired count to 6.", "Setting desired count to 4."]
    );
    let left = ok(&site, "DescribeScheduledActions", &json!({}));
    assert_eq!(left["ScheduledActions"].as_array().unwrap().len(), 1);
}

#[test]
fn years_of_mornings_and_evenings_end_as_the_last_one_left_it() {
    let site = Site::settled(1, &json!({}));
    register(&site, 1, 10);
    schedule(&site, "matin", "cron(0 8 * * ? *)", 5);
    schedule(&site, "soir", "cron(0 20 * * ? *)", 2);
    // To 12:00 in some years.
    let now = site.world.simulator.now();
    let noon = now.replace_time(time::macros::time!(12:00)) + time::Duration::days(365 * 8);
    site.world
        .advance(u64::try_from((noon - now).whole_seconds()).unwrap());
    assert_eq!(desired(&site), 5);
    minutes(&site, 9 * 60);
    assert_eq!(desired(&site), 2);
    let told = activities(&site);
    assert_eq!(told[1]["Description"], "Setting desired count to 5.");
}

#[test]
fn the_load_is_followed_again_after_an_action_within_a_jump() {
    let site = Site::settled(2, &json!({}));
    follow(&site, 1, 4, 50.0);
    load(&site, 100.0, 0.0);
    let wide = json!({"ScalableTargetAction": {"MinCapacity": 1, "MaxCapacity": 8}});
    let input = merged(action("large", &at(&site, 20), 1), &wide);
    ok(&site, "PutScheduledAction", &input);
    minutes(&site, 30 * 24 * 60);
    assert_eq!(desired(&site), 8);
}

#[test]
fn a_schedule_that_never_comes_or_cannot_be_read_is_refused() {
    let site = Site::settled(1, &json!({}));
    register(&site, 1, 10);
    for schedule in ["cron(0 12 * * * *)", "rate(5 minutess)", &at(&site, -1)] {
        assert_eq!(refused(&site, schedule, &json!({})).0, 400, "{schedule}");
    }
    for (schedule, more, what) in [
        (
            "rate(1 hour)",
            json!({"Timezone": "Europe/Paris"}),
            "The time zone Europe/Paris",
        ),
        (
            "cron(0 12 L * ? *)",
            json!({}),
            "A cron expression with L, W or #",
        ),
        (
            "cron(0 12 ? * MON#2 *)",
            json!({}),
            "A cron expression with L, W or #",
        ),
    ] {
        let told = format!("{what} is not simulated.");
        assert_eq!(refused(&site, schedule, &more), (501, told));
    }
}
