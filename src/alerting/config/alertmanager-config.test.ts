import assert from "node:assert/strict";
import { test } from "node:test";
import type { TimeZones } from "#base";
import { ConfigError } from "#promconfig";
import { formatMatchers } from "../route/format-matchers.ts";
import { matchRoutes, type Route, routeTree } from "../route/route.ts";
import { isWithin } from "../suppress/time-interval.ts";
import { parseAlertmanagerConfig } from "./alertmanager-config.ts";
import { inhibitRuleOf } from "./inhibit-config.ts";
import { routeSpecOf } from "./route-config.ts";
import { resolveIntervals } from "./time-interval-config.ts";

const hour = { offsetMsAt: () => 3_600_000 };
const zones: TimeZones = {
  find: (name) => (name === "Europe/Berlin" ? hour : undefined),
  local: hour,
};

function parse(text: string) {
  return parseAlertmanagerConfig(text, { directory: undefined, syntax: "either", zones });
}

const whole = `
global: {resolve_timeout: 10m}
route:
  receiver: team
  group_by: [alertname, cluster]
  group_wait: 10s
  routes:
    - matchers: [severity="critical", 'team=~"a|b"']
      receiver: pager
      group_by: ['...']
      continue: true
    - match: {service: db}
      match_re: {zone: x.*}
      group_by: []
      mute_time_intervals: [nights]
      routes:
        - matchers: ['{owner!="me"}']
          repeat_interval: 1d
receivers:
  - name: team
    webhook_configs:
      - {url: 'http://localhost:5001/', max_alerts: 5, send_resolved: false}
  - name: pager
inhibit_rules:
  - source_matchers: [severity=critical]
    target_match: {severity: warning}
    equal: [alertname]
time_intervals:
  - name: nights
    time_intervals:
      - times: [{start_time: '22:00', end_time: '24:00'}, {start_time: '00:00', end_time: '06:00'}]
        weekdays: ['monday:friday', sunday]
        days_of_month: ['1:-2']
        months: ['january:june', '12']
        years: ['2026:2030']
        location: Europe/Berlin
`;

function shown({ options, key, isContinued, routes }: Route): string {
  const { receiver, groupBy, groupWaitMs, repeatIntervalMs } = options;
  const by = groupBy === "all" ? "all" : [...groupBy].join("+");
  const own = `${key} → ${receiver} by ${by} ${groupWaitMs / 1000}s ${repeatIntervalMs / 3_600_000}h`;
  return [own + (isContinued ? " …" : ""), ...routes.map(shown)].join("\n");
}

test("a file becomes a tree in which routes take over what they do not say", () => {
  const config = parse(whole);
  const tree = routeTree(routeSpecOf(config.route));
  assert.equal(
    shown(tree),
    [
      "{} → team by alertname+cluster 10s 4h",
      '{}/{severity="critical",team=~"a|b"} → pager by all 10s 4h …',
      '{}/{service="db",zone=~"x.*"} → team by  10s 4h',
      '{}/{service="db",zone=~"x.*"}/{owner!="me"} → team by  10s 24h',
    ].join("\n"),
  );
  const labels = ["service", "db", "severity", "critical", "team", "a", "zone", "x1"];
  const ids = matchRoutes(tree, labels).map(({ id }) => id);
  assert.deepEqual(ids, [
    '{}/{severity="critical",team=~"a|b"}/0',
    '{}/{service="db",zone=~"x.*"}/1/{owner!="me"}/0',
  ]);
});

test("the file is shown with its defaults and without its secrets", () => {
  const { shown: text } = parse(whole);
  assert.match(text, /url: http:\/\/localhost:5001\/<secret>/);
  assert.match(text, /resolve_timeout: 10m/);
  assert.match(text, /severity="critical"/);
  // What is shown is a file that means the same, but for its secrets.
  const again = parse(text);
  assert.equal(again.shown, text);
  assert.equal(
    shown(routeTree(routeSpecOf(again.route))),
    shown(routeTree(routeSpecOf(parse(whole).route))),
  );
});

test("receivers, rules and times are read", () => {
  const config = parse(whole);
  const [webhook] = config.receivers[0]?.entries ?? [];
  assert.deepEqual(
    [webhook?.kind, webhook?.sendsResolved, config.resolveTimeoutMs],
    ["webhook", false, 600_000],
  );
  const [rule] = config.inhibitRules.map(inhibitRuleOf);
  assert.deepEqual(
    [
      rule?.name,
      formatMatchers(rule?.sourceMatchers ?? []),
      formatMatchers(rule?.targetMatchers ?? []),
    ],
    ["inhibit rule 1", '{severity="critical"}', '{severity="warning"}'],
  );
  const [nights] = config.timeIntervals.map((one) => resolveIntervals(one, zones));
  const isNight = (time: string) => nights?.some((one) => isWithin(one, Date.parse(time)));
  // 22:00 in Berlin is 21:00 UTC; May 30 is the last day but one of its month, a Saturday.
  assert.deepEqual(
    ["2026-05-29T21:00Z", "2026-05-29T20:59Z", "2026-05-31T21:00Z", "2026-05-30T21:00Z"].map(
      isNight,
    ),
    [true, false, false, false],
  );
});

test("a bad file is refused with upstream's words and the place", () => {
  const receivers = "receivers: [{name: a}]\n";
  const rows: readonly (readonly [text: string, problem: string, line: number | undefined])[] = [
    ["", "no route provided in config", undefined],
    ["route: {receiver: a}", 'undefined receiver "a" used in route', 1],
    [`${receivers}route: {}`, "root route must specify a default receiver", 2],
    [
      `${receivers}route: {receiver: a, matchers: [a=b]}`,
      "root route must not have any matchers",
      2,
    ],
    [
      `${receivers}route: {receiver: a, mute_time_intervals: [x]}`,
      "root route must not have any mute time intervals",
      2,
    ],
    [
      `${receivers}route:\n  receiver: a\n  routes:\n    - {receiver: b}`,
      'undefined receiver "b" used in route',
      5,
    ],
    [
      `${receivers}route:\n  receiver: a\n  routes:\n    - {mute_time_intervals: [b]}`,
      'undefined time interval "b" used in route',
      5,
    ],
    [`${receivers}route: {receiver: a, group_by: [b, b]}`, 'duplicated label "b" in group_by', 2],
    [
      `${receivers}route: {receiver: a, group_by: ['...', b]}`,
      "cannot have wildcard group_by (`...`) and other other labels at the same time",
      2,
    ],
    [`${receivers}route: {receiver: a, group_interval: 0s}`, "group_interval cannot be zero", 2],
    [`${receivers}route: {receiver: a, repeat_interval: 0s}`, "repeat_interval cannot be zero", 2],
    [`${receivers}route: {receiver: a, routes: [{matchers: [a]}]}`, "bad matcher format: a", 2],
    [
      `${receivers}route: {receiver: a, routes: [{matchers: ['a=~[']}]}`,
      "error parsing regexp: missing closing ]: `[`",
      2,
    ],
    [
      "receivers: [{name: a}, {name: a}]\nroute: {receiver: a}",
      'notification config name "a" is not unique',
      1,
    ],
    ["receivers: [{}]\nroute: {receiver: a}", "missing name in receiver", 1],
    [
      "receivers: [{name: a, webhook_configs: [{}]}]",
      "one of url or url_file must be configured",
      1,
    ],
    [
      "receivers:\n  - name: a\n    slack_configs: [{}]\nroute: {receiver: a}",
      "no Slack API URL nor App token set either inline or in a file",
      3,
    ],
    [
      "receivers:\n  - name: a\n    email_configs:\n      - {to: x, smarthost: 'h:25'}\nroute: {receiver: a}",
      "no global SMTP from set",
      4,
    ],
    [
      "receivers: [{name: a, email_configs: [{to: x, smarthost: h}]}]",
      "address h: missing port in address",
      1,
    ],
    [
      "receivers: [{name: a, opsgenie_configs: [{responders: [{type: team}]}]}]",
      "opsGenieConfig responder {   team} has to have at least one of id, username or name specified",
      1,
    ],
    [
      "receivers: [{name: a, pagerduty_configs: [{}]}]",
      "missing service or routing key in PagerDuty config",
      1,
    ],
    [
      "receivers: [{name: a, telegram_configs: [{chat_id: 1, parse_mode: x}]}]",
      "unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or empty string",
      1,
    ],
    [
      "receivers: [{name: a, discord_configs: [{webhook_url: 'ftp://x'}]}]",
      'unsupported scheme "ftp" for URL',
      1,
    ],
    [
      "receivers: [{name: a, webhook_configs: [{url: 'http://{{ x'}]}]",
      "invalid template syntax: template: :1: ",
      1,
    ],
    [
      "global: {slack_api_url: 'http://a', slack_api_url_file: b}\nroute: {receiver: a}",
      "at most one of slack_api_url & slack_api_url_file must be configured",
      1,
    ],
    [
      `${receivers}route: {receiver: a}\nnone: 1`,
      "yaml: unmarshal errors:\n  line 3: field none not found in type config.plain",
      3,
    ],
  ];
  for (const [text, problem, line] of rows) {
    assert.throws(
      () => parse(text),
      (error) =>
        error instanceof ConfigError &&
        error.message.startsWith(problem) &&
        error.position?.line === line,
      text,
    );
  }
});

test("times that cannot be are refused", () => {
  const rows: readonly (readonly [interval: string, problem: string])[] = [
    [
      "times: [{start_time: '25:00', end_time: '26:00'}]",
      "couldn't parse timestamp 25:00, invalid format",
    ],
    [
      "times: [{start_time: '24:01', end_time: '24:00'}]",
      "couldn't parse timestamp 24:01, invalid format",
    ],
    [
      "times: [{start_time: '17:00', end_time: '09:00'}]",
      "start time cannot be equal or greater than end time",
    ],
    ["times: [{start_time: '17:00'}]", "start and end times must both be provided"],
    ["weekdays: [funday]", "funday is not a valid weekday"],
    ["weekdays: ['friday:monday']", "start day cannot be before end day"],
    ["days_of_month: ['0']", "0 is not a valid day of the month: out of range"],
    ["days_of_month: ['-1:5']", "end day must be negative if start day is negative"],
    ["days_of_month: ['5:1']", "end day 1 is always before start day 5"],
    ["days_of_month: ['20:-15']", "end day -15 is always before start day 20"],
    ["months: ['13']", "13 is not a valid month"],
    ["months: ['june:may']", "end month 5 is before start month 6"],
    ["years: ['2030:2026']", "end year 2026 is before start year 2030"],
    ["location: Atlantis/Center", "unknown time zone Atlantis/Center"],
  ];
  for (const [interval, problem] of rows) {
    const text = `receivers: [{name: a}]\nroute: {receiver: a}\ntime_intervals:\n  - name: x\n    time_intervals:\n      - ${interval}`;
    assert.throws(() => parse(text), { name: "ConfigError", message: problem }, interval);
  }
});
