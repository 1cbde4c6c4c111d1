import assert from "node:assert/strict";
import { test } from "node:test";
import { histogramOf, labelsOf } from "#series";
import { AlertTemplate, TemplateEvaluation, templateProblem } from "./alert-template.ts";
import type { TemplateSample } from "./template-functions.ts";

const hosts: readonly TemplateSample[] = [
  {
    labels: labelsOf([
      ["__name__", "m"],
      ["host", "b"],
    ]),
    value: 21,
    histogram: undefined,
  },
  {
    labels: labelsOf([
      ["__name__", "m"],
      ["host", "a"],
    ]),
    value: 11,
    histogram: undefined,
  },
];

const queries = new Map<string, readonly TemplateSample[]>([
  ["hosts", hosts],
  ["1.5", [{ labels: [], value: 1.5, histogram: undefined }]],
  ["marked", [{ labels: labelsOf([["__value__", "v"]]), value: 1, histogram: undefined }]],
  ["missing", []],
]);

async function expand(text: string, value = 1.25): Promise<string> {
  const evaluation = new TemplateEvaluation({
    counts: { expansions: 0, failures: 0 },
    evaluatedAtMs: 1_353_755_652_000,
    externalLabels: labelsOf([["cluster", "c1"]]),
    externalUrl: "http://testhost:9090/path/prefix",
    evaluate: async (query) => {
      const found = queries.get(query);
      if (found === undefined) throw new Error(`no such query: ${query}`);
      return found;
    },
  });
  const subject = { labels: labelsOf([["job", "api"]]), value, histogram: undefined };
  return new AlertTemplate("High", text).expand(subject, evaluation);
}

// Templates and what they become; the values of functions as upstream gives them.
const rows: readonly (readonly [template: string, want: string])[] = [
  ["plain", "plain"],
  ["{{ $labels.job }} {{ .Labels.job }} {{ $value }} {{ $labels.missing }}|", "api api 1.25 |"],
  ["{{ $externalLabels.cluster }} {{ $externalURL }}", "c1 http://testhost:9090/path/prefix"],
  ["{{ externalURL }} {{ pathPrefix }}", "http://testhost:9090/path/prefix /path/prefix"],
  ["{{ range $name, $value := $labels }}{{ $name }}={{ $value }}{{ end }}", "job=api"],
  ['{{ query "1.5" | first | value }}', "1.5"],
  ['{{ query "hosts" | first | label "host" }}', "b"],
  ['{{ query "hosts" | first | label "none" }}|', "|"],
  ['{{ query "marked" | first | strvalue }}', "v"],
  [
    '{{ range query "hosts" | sortByLabel "host" }}{{ .Labels.host }}:{{ .Value }} {{ end }}',
    "a:11 b:21 ",
  ],
  ['{{ with query "hosts" }}{{ len . }}{{ end }}{{ with query "missing" }}x{{ end }}', "2"],
  ['{{ define "x" }}{{ .arg0 }} {{ .arg1 }}{{ end }}{{ template "x" (args 1 "2") }}', "1 2"],
  ['{{ reReplaceAll "(a)b" "x$1" "ab" }}', "xa"],
  ['{{ match "a+" "aa" }} {{ match "a+" "b" }}', "true false"],
  ['{{ "aa bb CC" | title }} {{ "aa" | toUpper }} {{ "BB" | toLower }}', "Aa Bb CC AA bb"],
  ['{{ title "it\'s foo-bar foo_bar" }}', "It's Foo-Bar Foo_bar"],
  [
    '{{ graphLink "up == 0" }} {{ tableLink "up" }}',
    "/graph?g0.expr=up+%3D%3D+0&g0.tab=0 /graph?g0.expr=up&g0.tab=1",
  ],
  ['{{ "a b/c" | urlQueryEscape }} {{ safeHtml "<b>" }}', "a+b%2Fc <b>"],
  [
    '{{ stripPort "a.b:1" }} {{ stripPort "[2001:DB8::1]:1" }} {{ stripPort "2001:DB8::1" }}',
    "a.b 2001:DB8::1 2001:DB8::1",
  ],
  ['{{ stripPort "[2001:DB8::1]::1" }}', "[2001:DB8::1]::1"],
  ['{{ stripDomain "foo.example.com" }} {{ stripDomain "foo.example.com:80" }}', "foo foo:80"],
  [
    '{{ stripDomain "192.0.2.1:80" }} {{ stripDomain "[2001:DB8::1]:80" }}',
    "192.0.2.1:80 [2001:DB8::1]:80",
  ],
  [
    "{{ humanize 0.0 }} {{ humanize 1.0 }} {{ humanize 1234567.0 }} {{ humanize .12 }}",
    "0 1 1.235M 120m",
  ],
  ['{{ humanize -1 }} {{ humanize "1234567" }} {{ humanize 1e300 }}', "-1 1.235M 1e+276Y"],
  [
    "{{ humanize1024 0.12 }} {{ humanize1024 1048576 }} {{ humanize1024 1234567 }}",
    "0.12 1Mi 1.177Mi",
  ],
  [
    "{{ humanizeDuration 0 }} {{ humanizeDuration 899.99 }} {{ humanizeDuration 90000 }}",
    "0s 14m 59s 1d 1h 0m 0s",
  ],
  [
    "{{ humanizeDuration -183845.0 }} {{ humanizeDuration .0001 }} {{ humanizeDuration 1.2345 }}",
    "-2d 3h 4m 5s 100us 1.234s",
  ],
  ['{{ -0.22222 | humanizePercentage }} {{ "1.23456" | humanizePercentage }}', "-22.22% 123.5%"],
  ["{{ 1435065584.128 | humanizeTimestamp }}", "2015-06-23 13:19:44.128 +0000 UTC"],
  [
    '{{ "+Inf" | humanize }} {{ "NaN" | humanizeDuration }} {{ "-Inf" | humanizeTimestamp }}',
    "+Inf NaN -Inf",
  ],
  ['{{ (1435065584.128 | toTime).Format "2006" }} {{ (now | toTime).Year }}', "2015 2012"],
  ["{{ (1800 | toDuration).String }} {{ now }}", "30m0s 1.353755652e+09"],
  ['{{ ("-30m" | parseDuration | toDuration | (now | toTime).Add).UnixMilli }}', "1353753852000"],
  ['{{ printf "%0.2f" (parseDuration "1h2m10ms") }}', "3720.01"],
];

for (const [template, want] of rows) {
  test(`${template} becomes ${want}`, async () => {
    assert.equal(await expand(template), want);
  });
}

// What is not expanded, and where upstream says so: the columns count the definitions put before it.
const errors: readonly (readonly [template: string, want: string])[] = [
  [
    '{{ query "missing" | first }}',
    "<first>: error calling first: first() called on vector with no elements",
  ],
  ['{{ (query "hosts").x }}', '<"hosts">: can\'t evaluate field x in type template.queryResult'],
  ['{{ query "bad" }}', '<query "bad">: error calling query: no such query: bad'],
  [
    '{{ humanize "one" }}',
    '<humanize "one">: error calling humanize: strconv.ParseFloat: parsing "one": invalid syntax',
  ],
  ["{{ humanize true }}", "<humanize true>: error calling humanize: can't convert bool to float"],
  [
    "{{ humanizeTimestamp 1e300 }}",
    "<humanizeTimestamp 1e300>: error calling humanizeTimestamp: 1e+300 cannot be represented as a nanoseconds timestamp since it overflows int64",
  ],
  [
    '{{ parseDuration "1x" }}',
    '<parseDuration "1x">: error calling parseDuration: unknown unit "x" in duration "1x"',
  ],
  [
    '{{ reReplaceAll "[" "" "" }}',
    '<reReplaceAll "[" "" "">: error calling reReplaceAll: regexp: Compile(`[`): error parsing regexp: missing closing ]: `[`',
  ],
  [
    "{{ .Nope }}",
    "<.Nope>: can't evaluate field Nope in type struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }",
  ],
];

for (const [template, want] of errors) {
  test(`${template} is not expanded`, async () => {
    const text = await expand(template);
    const place = 'template: __alert_High:1:[0-9]+: executing "__alert_High" at ';
    const found = new RegExp(
      `^<error expanding template: error executing template __alert_High: ${place}(.*)>$`,
    ).exec(text);
    assert.equal(found?.[1] ?? text, want);
  });
}

test("columns count what upstream puts before each template", async () => {
  assert.match(await expand("{{ .Nope }}"), /__alert_High:1:115: executing/);
});

test("a query is run once, however often an evaluation asks for it", async () => {
  let count = 0;
  const evaluation = new TemplateEvaluation({
    counts: { expansions: 0, failures: 0 },
    evaluatedAtMs: 0,
    externalLabels: [],
    externalUrl: "",
    evaluate: async () => {
      count++;
      return hosts;
    },
  });
  const template = new AlertTemplate(
    "High",
    '{{ query "a" | len }}{{ query "b" | len }}{{ query "a" | len }}',
  );
  const subject = { labels: [], value: 1, histogram: undefined };
  const texts = [
    await template.expand(subject, evaluation),
    await template.expand(subject, evaluation),
  ];
  assert.deepEqual([texts, count], [["222", "222"], 2]);
});

test("histograms are values, too", async () => {
  const evaluation = new TemplateEvaluation({
    counts: { expansions: 0, failures: 0 },
    evaluatedAtMs: 0,
    externalLabels: [],
    externalUrl: "",
    evaluate: async () => [],
  });
  const histogram = histogramOf({ count: 3, sum: 10 });
  const subject = { labels: [], value: Number.NaN, histogram };
  const text = await new AlertTemplate("High", "{{ $value }}").expand(subject, evaluation);
  assert.equal(text, "{count:3, sum:10}");
});

test("what is no template is told with its place", () => {
  assert.deepEqual(
    ["{{ $labels.job }}", "{{ $labels.quantity", "{{ nope }}", "{{ $x }}"].map((text) =>
      templateProblem("High", text),
    ),
    [
      undefined,
      "template: __alert_High:1: unclosed action",
      'template: __alert_High:1: function "nope" not defined',
      'template: __alert_High:1: undefined variable "$x"',
    ],
  );
});
