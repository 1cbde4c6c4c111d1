import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/testing";
import { silentLogger } from "#base";
import { configDefaults, type OtlpConfig, parseConfig } from "#promconfig";
import {
  type Appendable,
  type AppendRefusal,
  formatHistogramNotation,
  formatLabels,
  type Labels,
} from "#series";
import { encodeProtobufRequest } from "../testing.ts";
import { decodeJsonRequest } from "../wire/decode-json.ts";
import { OtlpReceiver, type OtlpReceiverOptions } from "./receiver.ts";

/** The sender of most requests below. */
const checkout =
  '{key:"service.name",value:{stringValue:"checkout"}},{key:"service.namespace",value:{stringValue:"shop"}},' +
  '{key:"service.instance.id",value:{stringValue:"i1"}}';
const own = 'instance="i1", job="shop/checkout"';

// Each row: what is shown, the section otlp, what is sent, and what is stored: a line each sample with
// its series, its value, and the seconds it is of; `#` begins exemplars.
const translations: readonly (readonly [string, string, string, readonly string[]])[] = [
  [
    "gauges are stored as they are",
    "",
    'name:"temp",unit:"Cel",gauge:{dataPoints:[{timeUnixNano:"60000000000",asDouble:1.5,attributes:[{key:"room.no",value:{intValue:"7"}}]}]}',
    [`temp_celsius{${own}, room_no="7"} 1.5 @60`],
  ],
  [
    "growing sums are counters, and others are not",
    "",
    'name:"calls",sum:{aggregationTemporality:2,isMonotonic:true,dataPoints:[{timeUnixNano:60000000000,asInt:"9007199254740993"}]}' +
      '},{name:"open",sum:{aggregationTemporality:2,dataPoints:[{timeUnixNano:60000000000,asInt:-2}]}',
    [`calls_total{${own}} 9007199254740992 @60`, `open{${own}} -2 @60`],
  ],
  [
    "histograms become buckets, which hold their exemplars",
    "",
    'name:"d",unit:"s",histogram:{aggregationTemporality:2,dataPoints:[{timeUnixNano:60000000000,count:"6",sum:9.5,' +
      'bucketCounts:["1","2","3"],explicitBounds:[0.5,1e3],exemplars:[{timeUnixNano:59000000000,asDouble:0.4,traceId:"0A0B"},' +
      '{timeUnixNano:59000000000,asDouble:2000,spanId:"0c",filteredAttributes:[{key:"k",value:{stringValue:"v"}}]}]}]}',
    [
      `d_seconds_sum{${own}} 9.5 @60`,
      `d_seconds_count{${own}} 6 @60`,
      `d_seconds_bucket{${own}, le="0.5"} 1 @60 #{trace_id="0a0b"} 0.4 @59`,
      `d_seconds_bucket{${own}, le="1000"} 3 @60`,
      `d_seconds_bucket{${own}, le="+Inf"} 6 @60 #{k="v", span_id="0c"} 2000 @59`,
    ],
  ],
  [
    "histograms become native ones where that is wanted",
    "convert_histograms_to_nhcb: true",
    'name:"d",histogram:{aggregationTemporality:2,dataPoints:[{timeUnixNano:60000000000,count:"4",sum:9,' +
      "bucketCounts:[0,1,0,3],explicitBounds:[1,2,5]}]}",
    [`d{${own}} {{schema:-53 count:4 sum:9 custom_values:[1 2 5] offset:1 buckets:[1 0 3]}} @60`],
  ],
  [
    "exponential histograms are native ones, their buckets counted by upper bounds",
    "",
    'name:"e",exponentialHistogram:{aggregationTemporality:2,dataPoints:[{timeUnixNano:60000000000,count:"10",sum:7,' +
      'scale:1,zeroCount:"2",positive:{offset:-1,bucketCounts:[1,0,3]},negative:{offset:2,bucketCounts:["4"]}}]}',
    [
      `e{${own}} {{schema:1 count:10 sum:7 z_bucket:2 z_bucket_w:1e-128 buckets:[1 0 3] n_offset:3 n_buckets:[4]}} @60`,
    ],
  ],
  [
    "exponential histograms that are too fine lose resolution",
    "",
    'name:"e",exponentialHistogram:{aggregationTemporality:2,dataPoints:[{timeUnixNano:60000000000,count:"15",' +
      "scale:10,positive:{offset:2,bucketCounts:[1,2,4,8]}}]}",
    [`e{${own}} {{schema:8 count:15 z_bucket_w:1e-128 offset:1 buckets:[3 12]}} @60`],
  ],
  [
    "summaries are stored quantile by quantile",
    "",
    'name:"s",summary:{dataPoints:[{timeUnixNano:60000000000,count:"2",sum:3,quantileValues:[{quantile:0.5,value:1},{quantile:1,value:2}]}]}',
    [
      `s_sum{${own}} 3 @60`,
      `s_count{${own}} 2 @60`,
      `s{${own}, quantile="0.5"} 1 @60`,
      `s{${own}, quantile="1"} 2 @60`,
    ],
  ],
  [
    "a point without a value ends its series",
    "",
    'name:"g",gauge:{dataPoints:[{timeUnixNano:60000000000,flags:1}]}',
    [`g{${own}} stale @60`],
  ],
  [
    "names and labels stay as they are where nothing is translated",
    "translation_strategy: NoTranslation",
    'name:"http.calls",unit:"By",sum:{aggregationTemporality:2,isMonotonic:true,dataPoints:[{timeUnixNano:60000000000,asInt:1,attributes:[{key:"room.no",value:{intValue:7}}]}]}',
    [`{"http.calls", ${own}, "room.no"="7"} 1 @60`],
  ],
  [
    "attributes of several kinds, and those that become one label",
    "",
    'name:"g",gauge:{dataPoints:[{timeUnixNano:60000000000,asInt:1,attributes:[{key:"a.b",value:{boolValue:true}},{key:"a_b",value:{doubleValue:1e21}},' +
      '{key:"list",value:{arrayValue:{values:[{intValue:1},{stringValue:"<x>"},{}]}}},{key:"map",value:{kvlistValue:{values:[{key:"z",value:{doubleValue:0.5}},{key:"b",value:{bytesValue:"AQI="}}]}}},' +
      '{key:"none",value:{}},{key:"__name__",value:{stringValue:"evil"}}]}]}',
    [
      `g{a_b="true;1e+21", ${own}, list="[1,\\"\\\\u003cx\\\\u003e\\",null]", map="{\\"b\\":\\"AQI=\\",\\"z\\":0.5}"} 1 @60`,
    ],
  ],
];

test("metrics become samples, from JSON and from protobuf alike", async () => {
  for (const [name, section, metrics, want] of translations) {
    const json = jsonOf(requestText(checkout, metrics));
    assert.deepEqual(await stored(section, json, "json"), { status: 200, samples: want }, name);
    assert.deepEqual(await stored(section, json, "protobuf"), { status: 200, samples: want }, name);
  }
});

const gaugeAt = (seconds: number) => `{timeUnixNano:${seconds}000000000,asInt:1}`;
const gauge = `name:"g",gauge:{dataPoints:[${gaugeAt(60)}]}`;
const region = '{key:"cloud.region",value:{stringValue:"eu"}}';

// Each row: what is shown, the section otlp, the sender's attributes, the metrics, and what is stored.
const sources: readonly (readonly [string, string, string, string, readonly string[]])[] = [
  [
    "what else is known of a source is target_info",
    "",
    `${checkout},${region}`,
    gauge,
    [`g{${own}} 1 @60`, `target_info{cloud_region="eu", ${own}} 1 @60`],
  ],
  [
    "target_info goes as long as the points, at half the steps that queries look back",
    "",
    `${checkout},${region}`,
    `name:"g",gauge:{dataPoints:[${gaugeAt(60)},${gaugeAt(400)}]}`,
    [
      `g{${own}} 1 @60`,
      `g{${own}} 1 @400`,
      `target_info{cloud_region="eu", ${own}} 1 @60`,
      `target_info{cloud_region="eu", ${own}} 1 @210`,
      `target_info{cloud_region="eu", ${own}} 1 @360`,
      `target_info{cloud_region="eu", ${own}} 1 @400`,
    ],
  ],
  ["a source that nobody can tell from others has none", "", region, gauge, ["g{} 1 @60"]],
  [
    "target_info may keep what identifies the source",
    "keep_identifying_resource_attributes: true",
    `{key:"service.name",value:{stringValue:"checkout"}},${region}`,
    gauge,
    [
      'g{job="checkout"} 1 @60',
      'target_info{cloud_region="eu", job="checkout", service_name="checkout"} 1 @60',
    ],
  ],
  [
    "attributes are promoted by name",
    "promote_resource_attributes: [cloud.region]",
    `${region},{key:"other",value:{stringValue:"x"}}`,
    gauge,
    ['g{cloud_region="eu"} 1 @60'],
  ],
  [
    "or all are but some, and those of points win",
    "promote_all_resource_attributes: true\nignore_resource_attributes: [other]",
    `${region},{key:"a",value:{stringValue:"source"}},{key:"other",value:{stringValue:"x"}}`,
    'name:"g",gauge:{dataPoints:[{timeUnixNano:60000000000,asInt:1,attributes:[{key:"a",value:{stringValue:"point"}}]}]}',
    ['g{a="point", cloud_region="eu"} 1 @60'],
  ],
  [
    "scopes may be labels",
    "promote_scope_metadata: true",
    "",
    gauge,
    [
      'g{otel_scope_lang="ts", otel_scope_name="lib", otel_scope_schema_url="u", otel_scope_version="2"} 1 @60',
    ],
  ],
];

test("what is known of sources and scopes becomes labels", async () => {
  for (const [name, section, attributes, metrics, want] of sources) {
    const json = jsonOf(requestText(attributes, metrics));
    assert.deepEqual(await stored(section, json), { status: 200, samples: want }, name);
  }
});

const deltaSum = (seconds: number, value: number, startSeconds = 0) =>
  `name:"c",sum:{aggregationTemporality:1,isMonotonic:true,dataPoints:[{startTimeUnixNano:"${startSeconds}000000000",timeUnixNano:${seconds}000000000,asInt:${value}}]}`;
const deltaHistogram = (seconds: number, counts: string) =>
  `name:"h",exponentialHistogram:{aggregationTemporality:1,dataPoints:[{timeUnixNano:${seconds}000000000,count:6,sum:1,scale:0,positive:{offset:0,bucketCounts:${counts}}}]}`;

test("deltas are refused, kept or summed, as the flags say", async () => {
  const requests = [
    deltaSum(60, 5),
    deltaSum(70, 2),
    deltaSum(65, 9),
    deltaHistogram(60, "[1,2,3]"),
    deltaHistogram(70, "[3,0,2,1]"),
  ].map((metrics) => jsonOf(requestText("", metrics)));
  assert.deepEqual(await storedAll(requests.slice(0, 1), { deltas: "refused" }), [
    '500 invalid temporality and type combination for metric "c"',
  ]);
  assert.deepEqual(await storedAll(requests, { deltas: "kept" }), [
    "c_total{} 5 @60",
    "c_total{} 2 @70",
    "c_total{} 9 @65",
    "h{} {{count:6 sum:1 z_bucket_w:1e-128 counter_reset_hint:gauge offset:1 buckets:[1 2 3]}} @60",
    "h{} {{count:6 sum:1 z_bucket_w:1e-128 counter_reset_hint:gauge offset:1 buckets:[3 0 2 1]}} @70",
  ]);
  assert.deepEqual(await storedAll(requests, { deltas: "summed" }), [
    "c_total{} 5 @60",
    "c_total{} 7 @70",
    "h{} {{count:6 sum:1 z_bucket_w:1e-128 offset:1 buckets:[1 2 3]}} @60",
    "h{} {{count:12 sum:2 z_bucket_w:1e-128 offset:1 buckets:[4 2 5 1]}} @70",
  ]);
});

// Each row: the headers, the body, and the answer.
const refusals: readonly (readonly [type: string, encoding: string, body: string, want: string])[] =
  [
    [
      "text/plain",
      "",
      "",
      "400 unsupported content type: text/plain, supported: [application/json, application/x-protobuf]",
    ],
    [
      "application/json",
      "br",
      "",
      '400 unsupported compression: br. Only "gzip" or no compression supported',
    ],
    ["application/json", "gzip", "no gzip", "400 gzip: invalid header"],
    ["application/json", "gzip", "bomb", "400 the request unpacks to more than 33554432 bytes"],
    ["application/json", "", "{", "400 SyntaxError"],
    ["application/json", "", "[]", "400 an object with resourceMetrics is expected"],
    ["application/json", "", '{"resourceMetrics":{}}', "400 a list is expected"],
    ["application/x-protobuf", "", "\n\u007f", "400 invalid protobuf at byte 2: unexpected end"],
  ];

test("requests that cannot be read are refused", async () => {
  const receiver = receiverOf([], "");
  for (const [contentType, contentEncoding, text, want] of refusals) {
    const body = new TextEncoder().encode(text);
    const { status, message } = await receiver.receive({ contentType, contentEncoding }, body);
    assert.equal(`${status} ${message}`.slice(0, want.length), want);
  }
});

// Each row: what the store says of a sample, and the answer.
const storeRefusals: readonly (readonly [AppendRefusal, string])[] = [
  ["out of order", "400 out of order sample"],
  ["duplicate timestamp", "400 duplicate sample for timestamp"],
  ["too old", "400 too old sample"],
  ["invalid histogram", "500 invalid histogram"],
];

test("a sample that the store refuses refuses the request", async () => {
  for (const [refusal, want] of storeRefusals) {
    const lines: string[] = [];
    const body = new TextEncoder().encode(jsonOf(requestText("", gauge)));
    const headers = { contentType: "application/json", contentEncoding: undefined };
    const outcome = await receiverOf(lines, "", {}, refusal).receive(headers, body);
    assert.equal(`${outcome.status} ${outcome.message}`, want);
    assert.deepEqual(lines, []);
  }
});

test("times that cannot be are refused, and target_info has no end of samples", async () => {
  const future = jsonOf(
    requestText("", 'name:"g",gauge:{dataPoints:[{timeUnixNano:"1700000000000000000",asInt:1}]}'),
  );
  assert.deepEqual(await storedAll([future]), [
    "400 out of bounds: timestamp is too far in the future",
  ]);
  const wide = `name:"g",gauge:{dataPoints:[{asInt:1},${gaugeAt(2_000_000)}]}`;
  const [answer] = await storedAll([jsonOf(requestText(`${checkout},${region}`, wide))]);
  assert.equal(answer, "500 target_info would have more than 10000 samples in one request");
});

test("damaged protobuf is refused or read, and nothing else", async () => {
  const json = jsonOf(
    requestText(checkout, translations.map(([, , metrics]) => metrics).join("},{")),
  );
  const whole = encodeProtobufRequest(decodeJsonRequest(json));
  const random = seededRandom(7);
  const headers = { contentType: "application/x-protobuf", contentEncoding: undefined };
  for (let round = 0; round < 400; round++) {
    const damaged = whole.slice(0, Math.floor(random.fraction() * whole.length) + 1);
    for (let change = 0; change < 3; change++) {
      damaged[Math.floor(random.fraction() * damaged.length)] = Math.floor(random.fraction() * 256);
    }
    const { status } = await receiverOf([], "").receive(headers, damaged);
    assert.ok([200, 400, 500].includes(status));
  }
});

/** A request with one scope; keys may be without quotes. */
function requestText(attributes: string, metrics: string): string {
  return (
    `{resourceMetrics:[{resource:{attributes:[${attributes}]},scopeMetrics:[{scope:{name:"lib",version:"2",` +
    `attributes:[{key:"lang",value:{stringValue:"ts"}}]},schemaUrl:"u",metrics:[{${metrics}}]}]}]}`
  );
}

function jsonOf(text: string): string {
  return text.replace(/([{,])([a-zA-Z]+):/g, '$1"$2":');
}

async function stored(section: string, json: string, encoding: "json" | "protobuf" = "json") {
  const samples: string[] = [];
  const bytes =
    encoding === "json"
      ? new TextEncoder().encode(json)
      : encodeProtobufRequest(decodeJsonRequest(json));
  const contentType = encoding === "json" ? "application/json" : "application/x-protobuf";
  const headers = { contentType, contentEncoding: undefined };
  const { status } = await receiverOf(samples, section).receive(headers, bytes);
  return { status, samples };
}

/** What several requests store; a refusal in its place. */
async function storedAll(
  requests: readonly string[],
  options: Partial<OtlpReceiverOptions> = {},
): Promise<readonly string[]> {
  const lines: string[] = [];
  const receiver = receiverOf(lines, "", options);
  for (const request of requests) {
    const headers = { contentType: "application/json", contentEncoding: undefined };
    const body = new TextEncoder().encode(request);
    const { status, message } = await receiver.receive(headers, body);
    if (status !== 200) lines.push(`${status} ${message}`);
  }
  return lines;
}

function receiverOf(
  samples: string[],
  section: string,
  options: Partial<OtlpReceiverOptions> = {},
  refusal?: AppendRefusal,
): OtlpReceiver {
  const config = configOf(section);
  return new OtlpReceiver(
    {
      storage: recording(samples, refusal),
      gunzip: {
        async gunzip(bytes) {
          if (new TextDecoder().decode(bytes) === "bomb") return undefined;
          throw new Error("incorrect header check");
        },
      },
      nowMs: () => 3e9,
      elapsedMs: () => 0,
      log: silentLogger,
      observer: { warned() {}, appendedWithoutMetadata() {}, exemplarOutOfOrder() {} },
      config: () => config,
    },
    {
      typeAndUnitLabels: "left out",
      deltas: "refused",
      lookbackMs: 300_000,
      startTimestamps: "ignore",
      metadata: "leave out",
      ...options,
    },
  );
}

function configOf(section: string): OtlpConfig {
  const lines = section === "" ? [] : section.split("\n").map((line) => `  ${line}`);
  const text = lines.length === 0 ? "" : ["otlp:", ...lines].join("\n");
  return parseConfig(text, { directory: undefined, env: () => undefined, defaults: configDefaults })
    .otlp;
}

/** A store that writes down what is committed. */
function recording(samples: string[], refusal: AppendRefusal | undefined): Appendable {
  return {
    appender() {
      const batch: string[] = [];
      const series: Labels[] = [];
      const append = (ref: number, timestampMs: number, value: string) => {
        if (refusal !== undefined) return refusal;
        const labels = series[ref] ?? [];
        batch.push(`${shownLabels(labels)} ${value} @${timestampMs / 1_000}`);
        return undefined;
      };
      return {
        seriesRef: (labels) => series.push(labels) - 1,
        isKnown: () => true,
        appendFloat: (ref, timestampMs, value) => append(ref, timestampMs, String(value)),
        appendStale: (ref, timestampMs) => append(ref, timestampMs, "stale"),
        appendHistogram: (ref, timestampMs, histogram) =>
          append(ref, timestampMs, formatHistogramNotation(histogram)),
        appendExemplar(_ref, { labels, value, timestampMs }) {
          const shown = `#${formatLabels(labels)} ${value} @${timestampMs / 1_000}`;
          batch.push(`${batch.pop() ?? ""} ${shown}`);
          return undefined;
        },
        setMetadata() {},
        commit: async () => void samples.push(...batch),
        rollback() {},
      };
    },
  };
}

function shownLabels(labels: Labels): string {
  const text = formatLabels(labels);
  const name = /__name__="([a-zA-Z_:][a-zA-Z0-9_:]*)"(?:, )?/.exec(text);
  if (name !== null) return `${name[1]}${text.replace(name[0], "").replace(", }", "}")}`;
  return text.replace(/__name__=("[^"]*")/, "$1");
}
