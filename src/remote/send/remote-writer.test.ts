import assert from "node:assert/strict";
import { test } from "node:test";
import { decompressSnappy, type HttpResponse, silentLogger } from "#base";
import { VirtualClock } from "#base/testing";
import type { HttpClient } from "#outbound";
import { configDefaults, parseConfig, type RemoteWriteConfig } from "#promconfig";
import { createRelabelRule, formatLabels, labelsOf, type RelabelRule } from "#series";
import { readAllSeries } from "../wire/testing.ts";
import { RemoteWriter, type SourceRecord } from "./remote-writer.ts";

test("samples are sent in batches, in order, with the external labels", async () => {
  const { received, writer, clock, ended } = started([...series(2), samples(1, 5), samples(2, 5)]);
  await clock.advance(6_000);
  assert.deepEqual(received, [
    'm{n="1", site="a"} 0 1 2 3',
    'm{n="1", site="a"} 4 | m{n="2", site="a"} 0 1 2',
    'm{n="2", site="a"} 3 4',
  ]);
  assert.equal(writer.facts().counts.samples.sent, 10);
  await ended();
});

test("a receiver that fails is asked again until it takes the batch", async () => {
  const { received, writer, clock, ended } = started(
    [...series(1), samples(1, 4), samples(1, 4)],
    [503, 500, 429],
  );
  await clock.advance(10_000);
  assert.equal(received.length, 2);
  const { retried, failed, sent, pending } = writer.facts().counts.samples;
  assert.deepEqual([retried, failed, sent, pending], [12, 0, 20, 0]);
  await ended();
});

test("what a receiver refuses is given up", async () => {
  const { received, writer, clock, ended } = started([...series(1), samples(1, 4)], [400]);
  await clock.advance(10_000);
  assert.deepEqual(received, []);
  assert.equal(writer.facts().counts.samples.failed, 4);
  await ended();
});

test("what waits is sent before the end", async () => {
  const { received, clock, ended } = started([...series(1), samples(1, 2)]);
  await clock.advance(1);
  assert.deepEqual(received, []);
  await ended();
  assert.deepEqual(received, ['m{n="1", site="a"} 0 1']);
});

test("dropped series are not sent", async () => {
  const { received, clock, ended } = started(
    [...series(2), samples(1, 2), samples(2, 2)],
    [],
    [createRelabelRule({ sourceLabels: ["n"], regex: "1", action: "drop" }, "utf8")],
  );
  await clock.advance(6_000);
  assert.deepEqual(received, ['m{n="2", site="a"} 0 1']);
  await ended();
});

function series(count: number): SourceRecord[] {
  const list = Array.from({ length: count }, (_, index) => ({
    ref: index + 1,
    labels: labelsOf([
      ["__name__", "m"],
      ["n", String(index + 1)],
    ]),
  }));
  return [{ kind: "series", series: list }];
}

function samples(ref: number, count: number): SourceRecord {
  const column = (of: (row: number) => number) =>
    Float64Array.from({ length: count }, (_, row) => of(row));
  return {
    kind: "samples",
    samples: {
      count,
      refs: column(() => ref),
      timestampsMs: column((row) => row * 1_000),
      values: column((row) => row),
      startTimestampsMs: undefined,
    },
  };
}

function started(
  records: readonly SourceRecord[],
  statuses: number[] = [],
  rules: readonly RelabelRule[] = [],
) {
  const clock = new VirtualClock();
  const received: string[] = [];
  const answers = [...statuses];
  const client: HttpClient = {
    async send({ body }): Promise<HttpResponse> {
      const status = answers.shift() ?? 204;
      if (status === 204) received.push(show(body ?? new Uint8Array()));
      return { status, headers: {}, body: undefined };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const stop = new AbortController();
  const config = configOf();
  const writer = new RemoteWriter(
    {
      batchSeconds: { observe: () => {} },
      client,
      clock,
      log: silentLogger,
      records: (signal) => recordsThenWait(records, signal),
    },
    config,
    { externalLabels: labelsOf([["site", "a"]]), rules },
  );
  const running = writer.run(stop.signal);
  const ended = async () => {
    stop.abort();
    await clock.advance(1);
    await running;
  };
  return { received, writer, clock, ended };
}

async function* recordsThenWait(records: readonly SourceRecord[], signal: AbortSignal) {
  yield records;
  await new Promise<void>((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true }),
  );
}

function configOf(): RemoteWriteConfig {
  const text = `
remote_write:
- url: http://receiver/api/v1/write
  queue_config: {max_samples_per_send: 4, retry_on_http_429: true}
`;
  const [config] = parseConfig(text, {
    directory: undefined,
    env: () => undefined,
    defaults: configDefaults,
  }).remoteWrite;
  assert.ok(config !== undefined);
  return config;
}

function show(body: Uint8Array): string {
  const bytes = decompressSnappy(body, 1_000_000);
  const shown = new Map<string, number[]>();
  for (const { labelPairs, floats } of readAllSeries(bytes, "prometheus.WriteRequest")) {
    const [, name = "", ...rest] = labelPairs;
    const key = `${name}${formatLabels(rest)}`;
    shown.set(key, [...(shown.get(key) ?? []), ...floats.values.slice(0, floats.count)]);
  }
  return [...shown].map(([name, values]) => `${name} ${values.join(" ")}`).join(" | ");
}
