import assert from "node:assert/strict";
import { test } from "node:test";
import { decompressSnappy, type HttpRequest } from "#base";
import { encodeWriteRequest } from "#remote";
import { labelPairs } from "#series";
import { readFamilies } from "../families/read-families.ts";
import { runTool } from "../testing.ts";
import { outgoingSeries } from "./outgoing-series.ts";

const metrics = `# HELP c help
# TYPE c counter
c{job="own",b="x"} 1 5000
# TYPE h histogram
h_bucket{le="0.5"} 2
h_sum 3
h_count 4
# TYPE s summary
s{quantile="0.9"} 7
`;

// Each series as it arrives: labels in order, the value, and the time. Now is the beginning of 2026.
const pushed = [
  "__name__=c b=x exported_job=own job=promtool 1 @5000",
  "__name__=h_bucket job=promtool le=0.5 2 @1767225600000",
  "__name__=h_bucket job=promtool le=+Inf 4 @1767225600000",
  "__name__=h_sum job=promtool 3 @1767225600000",
  "__name__=h_count job=promtool 4 @1767225600000",
  "__name__=s job=promtool quantile=0.9 7 @1767225600000",
  "__name__=s_sum job=promtool 0 @1767225600000",
  "__name__=s_count job=promtool 0 @1767225600000",
];

test("metrics become series as a scrape would make them", () => {
  const series = outgoingSeries(
    readFamilies(metrics, "utf8"),
    new Map([["job", "promtool"]]),
    Date.UTC(2026, 0, 1),
  );
  const shown = series.map(({ labels, floats }) => {
    const pairs = Array.from(labelPairs(labels), (pair) => pair.join("="));
    return `${pairs.join(" ")} ${floats.values[0]} @${floats.timestampsMs[0]}`;
  });
  assert.deepEqual(shown, pushed);
});

// The message, and how it announces itself.
for (const [message, type, version] of [
  ["prometheus.WriteRequest", "application/x-protobuf", "0.1.0"],
  [
    "io.prometheus.write.v2.Request",
    "application/x-protobuf;proto=io.prometheus.write.v2.Request",
    "2.0.0",
  ],
] as const) {
  test(`metrics are pushed as ${message}`, async () => {
    const requests: HttpRequest[] = [];
    const { shown } = await runTool(`push metrics --protobuf_message=${message} http://a:1`, {
      input: "a 1 5\n",
      answer: (request) => {
        requests.push(request);
        return { status: 204, headers: {}, body: undefined };
      },
    });
    const want = "Parsing standard input\n  SUCCESS: metrics pushed to remote write.\n= 0";
    assert.equal(shown, want);
    const [request] = requests;
    assert.ok(request?.body instanceof Uint8Array);
    const { headers, method, target } = request;
    assert.deepEqual(
      [method, target, headers["content-type"], headers["x-prometheus-remote-write-version"]],
      ["POST", "/api/v1/write", type, version],
    );
    const series = outgoingSeries(
      readFamilies("a 1 5\n", "utf8"),
      new Map([["job", "promtool"]]),
      0,
    );
    const wanted = encodeWriteRequest(series, message);
    const body = decompressSnappy(request.body, 1 << 20);
    assert.deepEqual(body.slice(0, wanted.length), wanted);
  });
}

test("each file is told of by itself", async () => {
  const answers = [400, 200];
  const { shown } = await runTool("push metrics --remote-write.path=/x http://a:1 a b c", {
    files: { a: "a 1\n", b: "b", c: "c 1\n" },
    answer: () => ({
      status: answers.shift() ?? 500,
      headers: {},
      body: new TextEncoder().encode("out of order sample\n"),
    }),
  });
  assert.equal(
    shown,
    `Parsing metrics file a
!   FAILED: server returned HTTP status 400 Bad Request: out of order sample
Parsing metrics file b
!   FAILED: text format parsing error in line 1: unexpected end of input stream
Parsing metrics file c
  SUCCESS: metrics file c pushed to remote write.
= 1`,
  );
});

test("a message that remote write does not have is refused", async () => {
  const { shown } = await runTool("push metrics --protobuf_message=x http://a:1");
  const want =
    '!   FAILED: invalid protobuf message "x", must be prometheus.WriteRequest or io.prometheus.write.v2.Request\n= 1';
  assert.equal(shown, want);
});
