import assert from "node:assert/strict";
import { test } from "node:test";
import { compressSnappy, decompressSnappy, type HttpResponse } from "#base";
import { VirtualClock } from "#base/testing";
import type { HttpClient } from "#outbound";
import { configDefaults, parseConfig } from "#promconfig";
import {
  createMatcher,
  formatLabels,
  type LabelMatcher,
  type Labels,
  labelsOf,
  type SeriesSource,
} from "#series";
import { encodeReadRequest } from "./encode-read.ts";
import { fanOut } from "./fanout.ts";
import { type ReadLimits, ReadServer } from "./read-server.ts";
import { type ReadObserver, RemoteReader } from "./remote-reader.ts";
import { RemoteStorage, type RemoteStorageOptions } from "./remote-storage.ts";
import { notationOf, pairCodec, seriesOf, storageOf } from "./testing.ts";

const never = new AbortController().signal;
const a = labelsOf([
  ["__name__", "a"],
  ["job", "x"],
]);
const b = labelsOf([["__name__", "b"]]);
const noLimits: ReadLimits = { samplesMax: 0, concurrentMax: 0, frameBytesMax: 60 };

test("what a server has is read as chunks, in several frames where it is long", async () => {
  const { read, seen } = connected([seriesOf(a, "1 2 3 _ stale 6"), seriesOf(b, "7")]);
  assert.deepEqual(await read(), [
    '{__name__="a", job="x"} 0:1 10:2 20:3 40:stale 50:6',
    '{__name__="b"} 0:7',
  ]);
  assert.deepEqual(seen, ["chunked 200"]);
});

test("what an old server has is read as samples, histograms among them", async () => {
  const { read, seen } = connected([seriesOf(a, "1 h2 3 h4 stale")], { types: "samples" });
  assert.deepEqual(await read(), ['{__name__="a", job="x"} 0:1 10:h2 20:3 30:h4 40:stale']);
  assert.deepEqual(seen, ["sampled 200"]);
});

test("only the asked range comes", async () => {
  for (const types of ["chunks", "samples"] as const) {
    const { read } = connected([seriesOf(a, "1 2 3 4 5")], { types });
    assert.deepEqual(await read({ minMs: 10_000, maxMs: 30_000 }), [
      '{__name__="a", job="x"} 10:2 20:3 30:4',
    ]);
  }
});

test("external labels are asked for and taken off again", async () => {
  const external = labelsOf([["site", "eu"]]);
  const { read } = connected([seriesOf(b, "1")], { external, externalLabels: external });
  assert.deepEqual(await read(), ['{__name__="b"} 0:1']);
  const elsewhere = connected([seriesOf(b, "1")], {
    external,
    externalLabels: labelsOf([["site", "us"]]),
  });
  assert.deepEqual(await elsewhere.read(), []);
  const kept = connected([seriesOf(b, "1")], { external });
  assert.deepEqual(await kept.read(), ['{__name__="b", site="eu"} 0:1']);
});

// Each row: what the options are, what is asked (matchers; seconds), and what the server is asked.
const sentQueries: readonly (readonly [
  options: Partial<RemoteStorageOptions>,
  asked: string,
  want: string,
])[] = [
  [{ readRecent: true }, "job=x 0-90", "0-90"],
  [{ readRecent: false }, "job=x 0-90", "0-50"],
  [{ readRecent: false }, "job=x 51-90", "nothing"],
  [{ readRecent: false }, "job=x 50-90", "50-50"],
  [{ requiredMatchers: labelsOf([["job", "x"]]) }, "job=x 0-40", "0-40"],
  [{ requiredMatchers: labelsOf([["job", "y"]]) }, "job=x 0-40", "nothing"],
  [
    {
      requiredMatchers: labelsOf([
        ["job", "x"],
        ["env", "p"],
      ]),
    },
    "job=x 0-40",
    "nothing",
  ],
];

test("a server is asked only for what it may know better", async () => {
  for (const [options, asked, want] of sentQueries) {
    const sent: string[] = [];
    const reader = {
      read: async ({ minMs, maxMs }: { readonly minMs: number; readonly maxMs: number }) => {
        sent.push(`${minMs / 1_000}-${maxMs / 1_000}`);
        return [];
      },
    };
    const [matcher = "", range = ""] = asked.split(" ");
    const [name = "", value = ""] = matcher.split("=");
    const [minMs = 0, maxMs = 0] = range.split("-").map((text) => Number(text) * 1_000);
    const view = new RemoteStorage(reader, { ...remoteOptions, ...options }).open(minMs, maxMs);
    await view?.select([createMatcher("=", name, value)], { minMs, maxMs, seriesMax: 0 }, never);
    assert.equal(sent[0] ?? "nothing", want, JSON.stringify([options, asked]));
  }
});

test("series of several servers are one, the database's samples first", async () => {
  const local = storageOf([seriesOf(a, "1 _ 3")]);
  const remote = remoteOf(async () => [seriesOf(a, "9 2 9 4"), seriesOf(b, "5")]);
  const { found, warnings } = await selected(local, [remote]);
  assert.deepEqual(found, ['{__name__="a", job="x"} 0:1 10:2 20:3 30:4', '{__name__="b"} 0:5']);
  assert.deepEqual(warnings, []);
});

test("a server that fails is a warning, and gives nothing of a query at all", async () => {
  let asked = 0;
  const remote = remoteOf(async () => {
    if (++asked === 2) throw new Error("connection refused");
    return [seriesOf(b, "5")];
  });
  const { found, warnings } = await selected(storageOf([seriesOf(a, "1")]), [remote], 3);
  const local = '{__name__="a", job="x"} 0:1';
  assert.deepEqual(found, [local, '{__name__="b"} ', local, local]);
  assert.deepEqual(warnings, ["remote_read: connection refused"]);
  assert.equal(asked, 2);
});

test("names of labels are the database's, with upstream's warning", async () => {
  const storage = fanOut(storageOf([]), () => [remoteOf(async () => [])]);
  await using querier = await storage.querier(0, 1);
  assert.deepEqual(await querier.labelNames([]), ["__name__"]);
  assert.deepEqual(await querier.labelValues("job", []), ["a"]);
  assert.deepEqual(querier.warnings, ["not implemented"]);
});

// Each row: what the server answers, and why the read fails.
const failures: readonly (readonly [answer: HttpResponse, want: string])[] = [
  [answerOf(500, "text/plain", "boom\n"), "remote server http://r/ returned http status 500: boom"],
  [answerOf(200, "text/html", "<p>"), "unsupported content type: text/html"],
  [answerOf(200, "application/x-protobuf", "x"), "snappy: corrupt input"],
  [
    answerOf(200, "application/x-protobuf", compressSnappy(new Uint8Array(0))),
    "responses: want 1, got 0",
  ],
  [
    answerOf(200, "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse", "x"),
    "unexpected EOF",
  ],
];

test("reads that fail say why", async () => {
  for (const [answer, want] of failures) {
    const reader = readerOf(async () => answer, []);
    await assert.rejects(
      reader.read({ minMs: 0, maxMs: 1, matchers: [] }, never),
      ({ message }: Error) => message === want,
      want,
    );
  }
});

test("a server that does not answer is given up after the timeout", async () => {
  const clock = new VirtualClock();
  const send: HttpClient["send"] = (_request, signal) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("cut"))));
  const reader = readerOf(send, [], clock);
  const read = assert.rejects(reader.read({ minMs: 0, maxMs: 1, matchers: [] }, never), {
    message: "error sending request: context deadline exceeded: request timed out after 1m",
  });
  await clock.advance(60_000);
  await read;
});

// Each row: the body, the limits, and the answer's status and text.
const refusals: readonly (readonly [
  body: Uint8Array,
  limits: Partial<ReadLimits>,
  want: string,
])[] = [
  [new Uint8Array([255]), {}, "400 snappy: corrupt input"],
  [compressSnappy(new Uint8Array([10, 200])), {}, "400 invalid protobuf at byte 2: unexpected end"],
  [askFor("=~", "(", "samples"), {}, "500 error parsing regexp: missing closing ): `(`"],
  [askFor("=", "a", "samples"), { samplesMax: 2 }, "400 exceeded sample limit (2)"],
  [
    askFor("=", "a", "unknown"),
    {},
    "400 server does not support any of the requested response types",
  ],
];

test("requests that cannot be answered are refused in upstream's words", async () => {
  for (const [body, limits, want] of refusals) {
    const server = serverOf([seriesOf(a, "1 2 3")], limits);
    const { status, body: text } = await server.respond(body, never);
    const shown = text instanceof Uint8Array ? new TextDecoder().decode(text).trim() : "a stream";
    assert.equal(`${status} ${shown}`, want);
    assert.equal(server.requestCount, 0);
  }
});

test("no more requests than the limit are answered at a time, streams being counted to their end", async () => {
  const server = serverOf([seriesOf(a, "1 2 3")], { concurrentMax: 1 });
  const first = await server.respond(askFor("=", "a", "chunks"), never);
  const left = new AbortController();
  const second = server.respond(askFor("=", "a", "samples"), left.signal);
  const third = server.respond(askFor("=", "a", "samples"), never);
  assert.equal(server.requestCount, 3);
  left.abort(new Error("client left"));
  await assert.rejects(second, /client left/);
  for await (const frame of bodyOf(first)) assert.ok(frame.length > 0);
  assert.equal((await third).status, 200);
  assert.equal(server.requestCount, 0);
});

test("a client that leaves a stream unread gives its place back", async () => {
  const server = serverOf([seriesOf(a, "1 2 3")], { concurrentMax: 1 });
  const leaving = new AbortController();
  await server.respond(askFor("=", "a", "chunks"), leaving.signal);
  leaving.abort(new Error("client left"));
  assert.equal((await server.respond(askFor("=", "a", "samples"), never)).status, 200);
});

const remoteOptions: RemoteStorageOptions = {
  externalLabels: [],
  requiredMatchers: [],
  readRecent: true,
  localStartMs: () => 50_000,
};

function remoteOf(read: () => Promise<readonly SeriesSource[]>): RemoteStorage {
  return new RemoteStorage({ read }, remoteOptions);
}

async function selected(
  local: ReturnType<typeof storageOf>,
  remotes: readonly RemoteStorage[],
  times = 1,
) {
  await using querier = await fanOut(local, () => remotes).querier(0, 1e9);
  const lists: (readonly SeriesSource[])[] = [];
  for (let time = 0; time < times; time++) {
    lists.push(await querier.select([], { minMs: 0, maxMs: 1e9, seriesMax: 0 }, never));
  }
  return { found: lists.flat().map(shown), warnings: querier.warnings };
}

/** A reader of a server, both of ours, and what the reader's metrics would be. */
function connected(
  series: readonly SeriesSource[],
  options: {
    readonly types?: "chunks" | "samples";
    readonly external?: Labels;
    readonly externalLabels?: Labels;
  } = {},
) {
  const seen: string[] = [];
  const server = serverOf(series, {}, options.external ?? []);
  const asked = options.types ?? "chunks";
  const send: HttpClient["send"] = ({ body = new Uint8Array(0) }, signal) =>
    server.respond(
      asked === "chunks" ? body : withType(decompressSnappy(body, 1_000), "samples"),
      signal,
    );
  const storage = new RemoteStorage(readerOf(send, seen), {
    ...remoteOptions,
    externalLabels: options.externalLabels ?? [],
  });
  const read = async ({ minMs = 0, maxMs = 1e9 } = {}) => {
    const matchers: readonly LabelMatcher[] = [createMatcher("=~", "__name__", "a|b")];
    const view = storage.open(minMs, maxMs);
    const found = await view?.select(matchers, { minMs, maxMs, seriesMax: 0 }, never);
    return (found ?? []).map(shown);
  };
  return { read, seen };
}

function serverOf(
  series: readonly SeriesSource[],
  limits: Partial<ReadLimits>,
  external: Labels = [],
): ReadServer {
  const deps = {
    storage: storageOf(series),
    chunks: pairCodec,
    clock: new VirtualClock(),
    externalLabels: () => external,
  };
  return new ReadServer(deps, { ...noLimits, ...limits });
}

function readerOf(send: HttpClient["send"], seen: string[], clock = new VirtualClock()) {
  const observer: ReadObserver = {
    begin: () => ({ [Symbol.dispose]() {} }),
    answered: () => {},
    counted: (kind, code) => void seen.push(`${kind} ${code}`),
  };
  const text = "remote_read: [{url: 'http://r/'}]";
  const options = { directory: undefined, env: () => undefined, defaults: configDefaults };
  const [config] = parseConfig(text, options).remoteRead;
  assert.ok(config !== undefined);
  const client: HttpClient = { send, async [Symbol.asyncDispose]() {} };
  return new RemoteReader({ client, clock, chunks: pairCodec, observer }, config);
}

/** A request of a client that takes one type of answer. */
function askFor(operator: "=" | "=~", value: string, type: AskedType): Uint8Array {
  const matchers = [{ operator, name: "__name__", value }];
  return withType(encodeReadRequest({ minMs: 0, maxMs: 1e9, matchers }), type);
}

type AskedType = "chunks" | "samples" | "unknown";

function withType(request: Uint8Array, type: AskedType): Uint8Array {
  const number = { chunks: 1, samples: 0, unknown: 7 }[type];
  // The types are the last field: two numbers, packed.
  return compressSnappy(Uint8Array.of(...request.subarray(0, -4), 2 * 8, number));
}

function answerOf(status: number, contentType: string, body: string | Uint8Array): HttpResponse {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return { status, headers: { "content-type": contentType }, body: bytes };
}

function bodyOf({ body }: HttpResponse): AsyncIterable<Uint8Array> {
  assert.ok(body !== undefined && !(body instanceof Uint8Array));
  return body;
}

function shown(source: SeriesSource): string {
  return `${formatLabels(source.labels)} ${notationOf(source)}`;
}
