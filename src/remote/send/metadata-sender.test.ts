import assert from "node:assert/strict";
import { test } from "node:test";
import { decompressSnappy, type HttpResponse, silentLogger } from "#base";
import { VirtualClock } from "#base/testing";
import type { HttpClient } from "#outbound";
import { configDefaults, parseConfig, type RemoteWriteConfig } from "#promconfig";
import { encodeMetadata } from "../wire/encode-write-request.ts";
import type { FamilyMetadata } from "../wire/write-series.ts";
import { MetadataSender } from "./metadata-sender.ts";

test("every interval says all of it, each family once, in as many requests as are allowed", async () => {
  const { received, sender, clock, ended } = started("", ["a", "b", "a", "c"]);
  await clock.advance(10_000);
  assert.deepEqual(received, [bytesOf("a", "b"), bytesOf("c")]);
  await clock.advance(10_000);
  assert.equal(received.length, 4);
  assert.equal(sender.counts().sent, 6);
  await ended();
});

test("a receiver that fails is asked again, one that refuses is not", async () => {
  const { received, sender, clock, ended } = started("", ["a"], [503, 400]);
  await clock.advance(11_000);
  assert.deepEqual(received, []);
  const { sent, retried, failed } = sender.counts();
  assert.deepEqual({ sent, retried, failed }, { sent: 2, retried: 1, failed: 1 });
  await ended();
});

test("nothing is sent where the configuration or the protocol has no need of it", async () => {
  for (const more of ["off", "second version"]) {
    const { received, clock, ended } = started(more, ["a"]);
    await clock.advance(60_000);
    assert.deepEqual(received, []);
    await ended();
  }
});

function started(more: string, names: readonly string[], answers: readonly number[] = []) {
  const clock = new VirtualClock();
  const received: Uint8Array[] = [];
  const statuses = [...answers];
  const client: HttpClient = {
    async send({ body }): Promise<HttpResponse> {
      const status = statuses.shift() ?? 204;
      if (status === 204) received.push(decompressSnappy(body ?? new Uint8Array(), 1_000));
      return { status, headers: {}, body: undefined };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const deps = { client, clock, log: silentLogger, families: () => names.map(familyOf) };
  const sender = new MetadataSender(deps, configOf(more));
  const stop = new AbortController();
  const running = sender.run(stop.signal);
  const ended = async () => {
    stop.abort();
    await clock.advance(1);
    await running;
  };
  return { received, sender, clock, ended };
}

function bytesOf(...names: readonly string[]): Uint8Array {
  return encodeMetadata(names.map(familyOf));
}

function familyOf(family: string): FamilyMetadata {
  return { family, metadata: { type: "gauge", unit: "", help: `What ${family} means.` } };
}

function configOf(more: string): RemoteWriteConfig {
  const text = `
remote_write:
- url: http://receiver/api/v1/write
  metadata_config: {send_interval: 10s, max_samples_per_send: 2${more === "off" ? ", send: false" : ""}}
  ${more === "second version" ? "protobuf_message: io.prometheus.write.v2.Request" : ""}
`;
  const [config] = parseConfig(text, {
    directory: undefined,
    env: () => undefined,
    defaults: configDefaults,
  }).remoteWrite;
  assert.ok(config !== undefined);
  return config;
}
