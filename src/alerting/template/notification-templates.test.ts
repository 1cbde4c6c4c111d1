import assert from "node:assert/strict";
import { test } from "node:test";
import { ReceiverBench } from "../receivers/testing.ts";

/** What the template says of one alert that fires and one that is over. */
async function rendered(template: string, templates = ""): Promise<string> {
  const text = JSON.stringify(template);
  const config = `msteams_configs: [{webhook_url: 'http://hook', text: ${text}}]`;
  const bench = new ReceiverBench(config, { templates });
  await bench.tell("+High{job=api,zone=b} -High{job=db,zone=b}");
  const said = bench.told.map(({ body }) => body as { readonly text: string });
  return said.map(({ text: one }) => one).join();
}

const rows: readonly (readonly [template: string, want: string])[] = [
  ["{{ .Status }} {{ .Receiver }} {{ .ExternalURL }}", "firing team http://am:9093"],
  ["{{ .NotificationReason }}", "first notification"],
  ["{{ len .Alerts }} {{ len .Alerts.Firing }} {{ len .Alerts.Resolved }}", "2 1 1"],
  ["{{ .CommonLabels }}", "alertname=High, zone=b"],
  ['{{ .CommonLabels.SortedPairs.Names.Join "+" }}', "alertname+zone"],
  ['{{ (.CommonLabels.Remove .GroupLabels.Names).Values | join "," }}', "b"],
  ["{{ range .Alerts }}{{ .Labels.job }}{{ .Labels.none }} {{ end }}", "api db "],
  ["{{ (index .Alerts 0).StartsAt }}", "2026-03-01 12:00:00 +0000 UTC"],
  ["{{ (index .Alerts 0).EndsAt.IsZero }}", "true"],
  [
    '{{ (index .Alerts 0).StartsAt | tz "Europe/Berlin" | date "02.01. 15:04 MST" }}',
    "01.03. 13:00 CET",
  ],
  ["{{ since (index .Alerts 0).StartsAt }}", "1m0s"],
  [
    "{{ humanizeDuration 3700 }} {{ since (index .Alerts 0).StartsAt | humanizeDuration }}",
    "1h 1m 40s 1m 0s",
  ],
  [
    '{{ toUpper "a" }}{{ toLower "B" }} {{ title "hello WORLD" }} {{ trimSpace " x " }}',
    "Ab Hello World x",
  ],
  ['{{ match "^a" "ab" }} {{ reReplaceAll "(a+)" "<$1>" "baab" }}', "true b<aa>b"],
  [
    '{{ urlUnescape "a%20b+c" }} {{ base64encode "a?b" }} {{ base64decode "YT9i" }}',
    "a b c YT9i a?b",
  ],
  ['{{ (dict "a" 1 "b" (list 1 "x")) | toJson }}', '{"a":1,"b":[1,"x"]}'],
  ['{{ append (list 1) 2 | len }} {{ stringSlice "a" "b" | join "-" }}', "2 a-b"],
  [
    '{{ (toDate "2006-01-02" "2026-05-06").Weekday }} {{ (toDate "2006" "x").Year }}',
    "Wednesday 1",
  ],
  ['{{ template "own" . }}', "own: firing"],
  ['{{ template "slack.default.title" . }}', "mine"],
];

const own =
  '{{ define "own" }}own: {{ .Status }}{{ end }}{{ define "slack.default.title" }}mine{{ end }}';

for (const [template, want] of rows) {
  test(`${template} says ${want}`, async () => {
    assert.equal(await rendered(template, own), want);
  });
}

test("values in HTML are harmless where they stand", async () => {
  const places: readonly (readonly [template: string, want: string])[] = [
    ["<p>{{ $v }}</p>", "<p>&lt;b&gt;&#39;x&#39;&amp;</p>"],
    ['<p title="{{ $v }}">', '<p title="&lt;b&gt;&#39;x&#39;&amp;">'],
    ["<p title={{ $v }}>", "<p title=&lt;b&gt;&#39;x&#39;&amp;>"],
    ['<a href="{{ $js }}">', '<a href="#ZgotmplZ">'],
    ['<a href="{{ $url }}">', '<a href="http://h/?a=1&amp;b=%3c">'],
    ['<a href="/x?q={{ $v }}">', '<a href="/x?q=%3cb%3e%27x%27%26">'],
    ['<a href="/x?q={{ $v | urlquery }}">', '<a href="/x?q=%3Cb%3E%27x%27%26">'],
    ["<p>{{ $v | html }}</p>", "<p>&lt;b&gt;&#39;x&#39;&amp;</p>"],
    ["<p>{{ $v | safeHtml }}</p>", "<p><b>'x'&</p>"],
    ['<p style="color:{{ $v }}">', '<p style="color:ZgotmplZ">'],
    [
      "<title>{{ $v }}</title>{{ $v }}",
      "<title>&lt;b&gt;&#39;x&#39;&amp;</title>&lt;b&gt;&#39;x&#39;&amp;",
    ],
    ["<!-- {{ $v }} -->a < b", "a &lt; b"],
    [
      "<script>x = {{ $v }}</script>",
      '<script>x = "\\u003cb\\u003e\\u0027x\\u0027\\u0026"</script>',
    ],
  ];
  const set = `{{ $v := "<b>'x'&" }}{{ $js := "javascript:alert(1)" }}{{ $url := "http://h/?a=1&b=<" }}`;
  for (const [template, want] of places) {
    const message = JSON.stringify(set + template);
    const bench = new ReceiverBench(
      `pushover_configs: [{user_key: u, token: t, html: true, message: ${message}}]`,
    );
    await bench.tell("+High");
    const said = new URL(bench.told[0]?.url ?? "").searchParams.get("message");
    assert.equal(said, want, template);
  }
});

test("a template that fails is told plainly, and to whoever counts", async () => {
  const bench = new ReceiverBench(
    "discord_configs: [{webhook_url: 'http://hook', title: '{{ .Nope }}', message: ok, content: '{{ template \"none\" }}'}]",
  );
  await bench.tell("+High{job=api}");
  const problem = `template: :1:3: executing "" at <.Nope>: can't evaluate field Nope in type *template.Data`;
  assert.deepEqual(bench.told[0]?.body, {
    content: "",
    embeds: [
      {
        title: `[FIRING:1] firing {alertname="High", job="api"}\nThe template of this text failed: ${problem}`,
        description: "ok",
        color: 0x992d22,
      },
    ],
  });
  assert.deepEqual(bench.problems, [
    problem,
    `template: :1:12: executing "" at <{{template "none"}}>: template "none" not defined`,
  ]);
});
