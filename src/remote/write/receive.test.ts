import assert from "node:assert/strict";
import { test } from "node:test";
import { compressSnappy } from "#base";
import {
  type Appendable,
  type Appender,
  type AppendRefusal,
  formatLabels,
  type Labels,
  labelsOf,
  type SeriesRef,
} from "#series";
import { encodeWriteRequest } from "../wire/encode-write-request.ts";
import { FloatColumns } from "../wire/float-columns.ts";
import type { OutgoingSeries, WriteMessage } from "../wire/write-series.ts";
import { mediaTypeOf } from "./media-type.ts";
import { WriteReceiver } from "./receive.ts";

const first = "prometheus.WriteRequest";
const second = "io.prometheus.write.v2.Request";
const nowMs = 1_000_000;

/** Series are `name value@time value@time`; the time is in seconds. */
const requests: readonly {
  readonly why: string;
  readonly message: WriteMessage;
  readonly series: readonly string[];
  readonly answer: string;
  readonly stored: readonly string[];
}[] = [
  {
    why: "takes all samples of all series",
    message: first,
    series: ["a 1@10 2@20", "b 3@10"],
    answer: "204",
    stored: ["a 1@10", "a 2@20", "b 3@10"],
  },
  {
    why: "takes all samples of all series",
    message: second,
    series: ["a 1@10 2@20", "b 3@10"],
    answer: "204 3 written",
    stored: ["a 1@10", "a 2@20", "b 3@10"],
  },
  {
    why: "takes nothing when a sample is refused",
    message: first,
    series: ["a 1@10", "b 2@20 1@10"],
    answer: "400 out of order sample",
    stored: [],
  },
  {
    why: "takes what it can, and names the rest",
    message: second,
    series: ["a 1@10", "b 2@20 1@10"],
    answer: '400 2 written, out of order sample for series {__name__="b"}',
    stored: ["a 1@10", "b 2@20"],
  },
  {
    why: "takes nothing from the future",
    message: first,
    series: ["a 1@1601"],
    answer: "400 out of bounds",
    stored: [],
  },
  {
    why: "leaves out series with impossible labels",
    message: first,
    series: [" 1@10", "b 3@10"],
    answer: "204",
    stored: ["1 invalid", "b 3@10"],
  },
];

for (const { why, message, series, answer, stored } of requests) {
  test(`${message} ${why}`, async () => {
    const store = new Store();
    const receiver = receiverOf(store);
    assert.equal(await send(receiver, message, series), answer);
    assert.deepEqual(store.stored, stored);
  });
}

test("the labels of a series are read once, until the store forgets it", async () => {
  for (const message of [first, second] as const) {
    const store = new Store();
    const receiver = receiverOf(store);
    await send(receiver, message, ["a 1@10", "b 1@10"]);
    await send(receiver, message, ["b 2@20", "a 2@20"]);
    assert.equal(store.asked, 2);
    store.forget("a");
    await send(receiver, message, ["a 3@30", "b 3@30"]);
    await send(receiver, message, ["a 4@40", "b 4@40"]);
    assert.equal(store.asked, 3);
    assert.deepEqual(store.stored.slice(-2), ["a 4@40", "b 4@40"]);
  }
});

test("what cannot be read is refused, and nothing of it is stored", async () => {
  const store = new Store();
  const receiver = receiverOf(store);
  const bytes = encodeWriteRequest([outgoing("a 1@10"), outgoing("b 1@10")], first);
  const cut = compressSnappy(bytes.slice(0, -3));
  const answers = [
    await receiver.receive({ contentType: "", contentEncoding: "" }, cut),
    await receiver.receive({ contentType: "", contentEncoding: "" }, bytes),
    await receiver.receive({ contentType: "text/plain", contentEncoding: "" }, cut),
    await receiver.receive({ contentType: "", contentEncoding: "zstd" }, cut),
  ];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [400, 400, 415, 415],
  );
  assert.deepEqual(store.stored, []);
});

test("a store that fails is no fault of the sender", async () => {
  const store = new Store();
  const receiver = receiverOf(store);
  store.failure = new Error("no space left on device");
  assert.equal(await send(receiver, first, ["a 1@10"]), "500 no space left on device");
  store.failure = undefined;
  assert.equal(await send(receiver, first, ["a 1@10"]), "204");
});

function receiverOf(store: Store): WriteReceiver {
  return new WriteReceiver({
    storage: store,
    nowMs: () => nowMs,
    onInvalidSamples: (count) => store.stored.push(`${count} invalid`),
  });
}

async function send(
  receiver: WriteReceiver,
  message: WriteMessage,
  series: readonly string[],
): Promise<string> {
  const body = compressSnappy(encodeWriteRequest(series.map(outgoing), message));
  const headers = { contentType: mediaTypeOf(message), contentEncoding: "snappy" };
  const answer = await receiver.receive(headers, body);
  const written = answer.headers["x-prometheus-remote-write-samples-written"];
  const facts = [written && `${written} written`, answer.message].filter(Boolean).join(", ");
  return `${answer.status} ${facts}`.trim();
}

function outgoing(text: string): OutgoingSeries {
  const [name = "", ...samples] = text.split(" ");
  const floats = new FloatColumns();
  for (const sample of samples) {
    const [value, seconds] = sample.split("@").map(Number);
    const row = floats.addRow();
    floats.values[row] = value ?? 0;
    floats.timestampsMs[row] = (seconds ?? 0) * 1_000;
  }
  const labels = labelsOf([["__name__", name]]);
  return { labels, floats, histograms: [], exemplars: [], metadata: undefined };
}

/** Keeps samples as text; a series refuses what is not newer than its last one. */
class Store implements Appendable {
  readonly stored: string[] = [];
  failure: Error | undefined = undefined;
  /** How often a reference was asked for. */
  asked = 0;
  readonly #names = new Map<SeriesRef, string>();
  #lastRef = 0;

  forget(name: string): void {
    for (const [ref, known] of this.#names) if (known === name) this.#names.delete(ref);
  }

  appender(): Appender {
    const pending: string[] = [];
    const newest = new Map<SeriesRef, number>();
    const append = (ref: SeriesRef, timestampMs: number, value: number) => {
      if (timestampMs <= (newest.get(ref) ?? 0)) return "out of order" satisfies AppendRefusal;
      newest.set(ref, timestampMs);
      pending.push(`${this.#names.get(ref)} ${value}@${timestampMs / 1_000}`);
      return undefined;
    };
    return {
      seriesRef: (labels) => this.#refOf(labels),
      isKnown: (ref) => this.#names.has(ref),
      appendFloat: append,
      appendStale: (ref, timestampMs) => append(ref, timestampMs, Number.NaN),
      appendHistogram: () => undefined,
      appendExemplar: () => undefined,
      setMetadata: () => {},
      commit: async () => {
        if (this.failure !== undefined) throw this.failure;
        this.stored.push(...pending);
      },
      rollback: () => {},
    };
  }

  #refOf(labels: Labels): SeriesRef {
    this.asked++;
    const name = labels[1] ?? formatLabels(labels);
    for (const [ref, known] of this.#names) if (known === name) return ref;
    this.#names.set(++this.#lastRef, name);
    return this.#lastRef;
  }
}
