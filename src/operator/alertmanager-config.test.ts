import assert from "node:assert/strict";
import { test } from "node:test";
import { parseYaml } from "#api";
import type { AlertmanagerConfig } from "#api/monitoring/v1alpha1";
import { alertmanagerConfigOf, alertmanagerPart } from "./alertmanager-config.ts";
import type { Entries } from "./entries.ts";
import { InvalidObjectError } from "./refusal.ts";

const entries: Entries = {
  identity: { caFile: "ca", certFile: "cert", keyFile: "key" },
  findSecret: (name) => (name === "s" ? new Map([["k", "secret\n"]]) : undefined),
  findConfigMap: () => undefined,
};

function partOf(text: string) {
  const spec = parseYaml(text)[0]?.value;
  const object = { metadata: { name: "n", namespace: "ns" }, spec } as AlertmanagerConfig;
  return alertmanagerPart(object, entries);
}

test("routes are for the object's namespace, names have it before them", () => {
  const part = partOf(`
    route: {receiver: r, groupBy: [job], groupWait: 1s, matchers: [{name: a, value: "x\\"y"}],
      routes: [{receiver: q, matchers: [{name: b, value: c.*, matchType: "=~"}], continue: true, activeTimeIntervals: [t]}]}
    receivers: [{name: r}, {name: q}]
    inhibitRules: [{sourceMatch: [{name: s, value: "1"}], targetMatch: [{name: t, value: "2", regex: true}], equal: [e]}]
    muteTimeIntervals: [{name: t, timeIntervals: [{times: [{startTime: "09:00", endTime: "17:00"}],
      weekdays: [Monday:Friday], daysOfMonth: [{start: 1, end: 5}, {start: -1}], months: [May]}]}]`);
  assert.deepEqual(JSON.parse(JSON.stringify(alertmanagerConfigOf([part]))), {
    route: {
      receiver: "null",
      routes: [
        {
          receiver: "ns/n/r",
          group_by: ["job"],
          group_wait: "1s",
          matchers: ['a="x\\"y"', 'namespace="ns"'],
          routes: [
            {
              receiver: "ns/n/q",
              matchers: ['b=~"c.*"'],
              continue: true,
              active_time_intervals: ["ns/n/t"],
              routes: [],
            },
          ],
          continue: true,
        },
      ],
    },
    receivers: [{ name: "null" }, { name: "ns/n/r" }, { name: "ns/n/q" }],
    inhibit_rules: [
      {
        source_matchers: ['s="1"', 'namespace="ns"'],
        target_matchers: ['t=~"2"', 'namespace="ns"'],
        equal: ["e"],
      },
    ],
    time_intervals: [
      {
        name: "ns/n/t",
        time_intervals: [
          {
            times: [{ start_time: "09:00", end_time: "17:00" }],
            weekdays: ["monday:friday"],
            days_of_month: ["1:5", "-1:-1"],
            months: ["may"],
          },
        ],
      },
    ],
  });
});

// The integration's options as the object has them, and as the file has them.
for (const [kind, options, want] of [
  [
    "webhookConfigs",
    "{url: 'http://u', sendResolved: false, maxAlerts: 3}",
    { webhook_configs: [{ url: "http://u", send_resolved: false, max_alerts: 3 }] },
  ],
  [
    "webhookConfigs",
    "{url: 'http://u', urlSecret: {name: s, key: k}}",
    { webhook_configs: [{ url: "secret" }] },
  ],
  [
    "slackConfigs",
    "{apiURL: {name: s, key: k}, callbackId: x, mrkdwnIn: [text], fields: [{title: t, value: v, short: true}], actions: [{type: button, text: a, confirm: {text: b, okText: c}}]}",
    {
      slack_configs: [
        {
          api_url: "secret",
          callback_id: "x",
          mrkdwn_in: ["text"],
          fields: [{ title: "t", value: "v", short: true }],
          actions: [{ type: "button", text: "a", confirm: { text: "b", ok_text: "c" } }],
        },
      ],
    },
  ],
  [
    "pagerdutyConfigs",
    "{routingKey: {name: s, key: k}, clientURL: u, details: [{key: a, value: b}], pagerDutyLinkConfigs: [{href: h, alt: x}]}",
    {
      pagerduty_configs: [
        {
          routing_key: "secret",
          client_url: "u",
          details: { a: "b" },
          links: [{ href: "h", text: "x" }],
        },
      ],
    },
  ],
  [
    "emailConfigs",
    "{to: a@b, requireTLS: true, headers: [{key: Subject, value: s}], tlsConfig: {insecureSkipVerify: true}, threading: {threadByDate: Daily}}",
    {
      email_configs: [
        {
          to: "a@b",
          require_tls: true,
          headers: { Subject: "s" },
          tls_config: { insecure_skip_verify: true },
          threading: { thread_by_date: "daily" },
        },
      ],
    },
  ],
  [
    "discordConfigs",
    "{apiURL: {name: s, key: k}}",
    { discord_configs: [{ webhook_url: "secret" }] },
  ],
  [
    "telegramConfigs",
    "{botToken: {name: s, key: k}, chatID: -5, parseMode: HTML}",
    { telegram_configs: [{ bot_token: "secret", chat_id: -5, parse_mode: "HTML" }] },
  ],
  [
    "msteamsv2Configs",
    "{webhookURL: {name: s, key: k}, httpConfig: {proxyURL: 'http://p', basicAuth: {password: {name: s, key: k}}}}",
    {
      msteamsv2_configs: [
        {
          webhook_url: "secret",
          http_config: { proxy_url: "http://p", basic_auth: { password: "secret\n" } },
        },
      ],
    },
  ],
] as const) {
  test(`${kind} ${options}`, () => {
    const [receiver] = partOf(`receivers: [{name: r, ${kind}: [${options}]}]`).receivers;
    assert.deepEqual(JSON.parse(JSON.stringify(receiver)), { ...want, name: "ns/n/r" });
  });
}

for (const [text, want] of [
  ["{route: {routes: [{receivr: x}]}}", 'route: route[0]: json: unknown field "receivr"'],
  ["{route: {routes: [{receiver: 5}]}}", 'route: route[0]: field "receiver" has the wrong type'],
  [
    "{receivers: [{name: r, slackConfigs: [{apiURL: {name: gone, key: k}}]}]}",
    'receiver "r": slackConfigs[0]: unable to get secret "gone": secrets "gone" not found',
  ],
  [
    "{receivers: [{name: r, emailConfigs: [{headers: [{key: a, value: b}, {key: a, value: c}]}]}]}",
    'receiver "r": emailConfigs[0]: duplicate header "a"',
  ],
] as const) {
  test(`${text} is refused`, () => {
    assert.throws(
      () => partOf(text),
      (error) => error instanceof InvalidObjectError && error.message === want,
    );
  });
}
