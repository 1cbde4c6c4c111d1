import assert from "node:assert/strict";
import { test } from "node:test";
import {
  acceptHeader,
  chooseBodyFormat,
  defaultScrapeProtocols,
  negotiateAnswer,
  type ScrapeProtocol,
} from "./content-type.ts";

test("a scrape offers its protocols, the best first", () => {
  assert.equal(
    acceptHeader(defaultScrapeProtocols, "allow-utf-8"),
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6," +
      "application/openmetrics-text;version=0.0.1;q=0.5," +
      "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4," +
      "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
  );
  assert.equal(
    acceptHeader(["PrometheusProto"], "underscores"),
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,*/*;q=0.5",
  );
});

const choices: readonly (readonly [
  contentType: string,
  fallback: ScrapeProtocol | undefined,
  want: string,
])[] = [
  ["text/plain", undefined, "text"],
  ["text/plain; version=0.0.4; charset=utf-8", undefined, "text"],
  ["TEXT/Plain;version=1.0.0;escaping=values", undefined, "text"],
  ["application/openmetrics-text; version=1.0.0", undefined, "openmetrics"],
  [
    'application/vnd.google.protobuf; proto="io.prometheus.client.MetricFamily"; encoding=delimited',
    undefined,
    "protobuf",
  ],
  [
    "",
    undefined,
    "none: non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target",
  ],
  [
    "",
    "PrometheusText0.0.4",
    'text: non-compliant scrape target sending blank Content-Type, using fallback_scrape_protocol "text/plain"',
  ],
  [
    "text/html",
    undefined,
    'none: received unsupported Content-Type "text/html" and no fallback_scrape_protocol specified for target',
  ],
  [
    "text/html",
    "OpenMetricsText1.0.0",
    'openmetrics: received unsupported Content-Type "text/html", using fallback_scrape_protocol "application/openmetrics-text"',
  ],
  [
    "a b",
    undefined,
    'none: cannot parse Content-Type "a b" and no fallback_scrape_protocol for target',
  ],
  [
    "text/plain; x",
    "PrometheusProto",
    'protobuf: could not parse received Content-Type "text/plain; x", using fallback_scrape_protocol "application/vnd.google.protobuf"',
  ],
];

for (const [contentType, fallback, want] of choices) {
  test(`a body of type "${contentType}" with the fallback ${fallback} is ${want}`, () => {
    const { format = "none", warning } = chooseBodyFormat(contentType, fallback);
    assert.equal(warning === undefined ? format : `${format}: ${warning}`, want);
  });
}

const everything: readonly ScrapeProtocol[] = [
  "OpenMetricsText1.0.0",
  "OpenMetricsText0.0.1",
  "PrometheusProto",
  "PrometheusText0.0.4",
];
const noOpenMetrics: readonly ScrapeProtocol[] = ["PrometheusProto", "PrometheusText0.0.4"];

const answers: readonly (readonly [
  accept: string,
  offered: readonly ScrapeProtocol[],
  want: string,
])[] = [
  ["", everything, "PrometheusText0.0.4 underscores"],
  ["*/*", everything, "PrometheusText0.0.4 underscores"],
  ["text/html,*/*;q=0.8", everything, "PrometheusText0.0.4 underscores"],
  ["application/json", everything, "PrometheusText0.0.4 underscores"],
  ["text/plain", everything, "PrometheusText0.0.4 underscores"],
  ["application/openmetrics-text", everything, "OpenMetricsText0.0.1 underscores"],
  ["application/openmetrics-text;version=1.0.0", everything, "OpenMetricsText1.0.0 underscores"],
  [
    acceptHeader(defaultScrapeProtocols, "allow-utf-8"),
    everything,
    "OpenMetricsText1.0.0 allow-utf-8",
  ],
  [
    acceptHeader(defaultScrapeProtocols, "allow-utf-8"),
    noOpenMetrics,
    "PrometheusText0.0.4 allow-utf-8",
  ],
  [acceptHeader(["PrometheusProto"], "values"), everything, "PrometheusProto underscores"],
  ["application/vnd.google.protobuf", everything, "PrometheusText0.0.4 underscores"],
  [
    "text/plain;version=0.0.4;q=0.2,application/openmetrics-text;version=1.0.0;q=0.9",
    everything,
    "OpenMetricsText1.0.0 underscores",
  ],
  [
    "application/openmetrics-text;version=1.0.0;q=0,text/plain",
    everything,
    "PrometheusText0.0.4 underscores",
  ],
  ["text/plain;version=0.0.4;escaping=dots", everything, "PrometheusText0.0.4 dots"],
  ["text/plain;version=0.0.4;escaping=none", everything, "PrometheusText0.0.4 underscores"],
];

for (const [accept, offered, want] of answers) {
  test(`who accepts "${accept}" gets ${want}`, () => {
    const { protocol, escaping } = negotiateAnswer(accept, offered);
    assert.equal(`${protocol} ${escaping}`, want);
  });
}

test("the answer says what it is", () => {
  assert.equal(
    negotiateAnswer("", everything).contentType,
    "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
  );
});
