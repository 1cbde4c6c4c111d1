/** A server and a client over TLS, whose certificates renew themselves under their feet. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { type HttpHandler, type HttpResponse, silentLogger } from "#base";
import { seededRandom, VirtualClock } from "#base/testing";
import { openHttpTransport, realDisk } from "#host";
import { openPki } from "../../src/main/credentials.ts";
import { openLiveIdentity } from "../../src/main/live-identity.ts";
import { openRenewedServer } from "../../src/main/renewed-server.ts";

const dayMs = 24 * 3_600_000;

const config = {
  name: "test",
  runtime: "simulated",
  port: 0,
  nodeNames: ["node-1"],
  podNetwork: "10.42.0.0/16",
  serviceNetwork: "10.43.0.0/16",
  domain: "cluster.local",
  monitorPort: "none",
  alertingPort: "none",
  externalUrl: "",
} as const;

const network = {
  hostAddress: "127.0.0.1",
  apiServiceAddress: "10.43.0.1",
  dnsAddress: "10.43.0.10",
  routingTable: "main",
  bridge: "",
  nodes: [],
};

test("new connections get the renewed certificates, and a watch on an old one goes on", async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "wherry-test-"));
  using _folder = { [Symbol.dispose]: () => rmSync(directory, { recursive: true }) };
  const stop = new AbortController();
  const { signal } = stop;
  // Six days ago: what is issued then and what is issued six days later both hold now.
  let startMs = Date.now() - 6 * dayMs;
  const timers = new VirtualClock(0);
  const clock = {
    nowMs: () => startMs + timers.elapsedMs(),
    elapsedMs: () => timers.elapsedMs(),
    schedule: (delayMs: number, callback: () => void) => timers.schedule(delayMs, callback),
  };
  const pki = await openPki({ disk: realDisk, clock }, directory);
  const deps = { clock, random: seededRandom(1), log: silentLogger };
  const registry = { pki, config, network };
  const serving = await openLiveIdentity(deps, registry, { kind: "server" });
  const admin = await openLiveIdentity(deps, registry, { kind: "agents-client" });
  const watched = new Watched();
  await using server = await openRenewedServer(
    { handler: watched, log: silentLogger },
    { local: { address: "127.0.0.1", port: 0 }, identity: serving, closeGraceMs: 0 },
  );
  await using transport = await openHttpTransport({
    server: { host: "127.0.0.1", port: server.local.port },
    tls: () => admin.tls,
    bearerToken: undefined,
    protocol: "http2",
  });
  const ask = (target: string) =>
    transport.send({ method: "GET", target, headers: {}, body: undefined }, signal);
  const watch = await ask("/watch");
  assert.ok(watch.body !== undefined && !(watch.body instanceof Uint8Array));
  const lines = watch.body[Symbol.asyncIterator]();
  watched.say("before");
  assert.equal(await textOf(lines.next()), "before");

  const renewed = [serving, admin].map(
    (identity) => new Promise((resolve) => identity.onRenewal(resolve)),
  );
  const running = [serving, admin].map((identity) => identity.run(signal));
  startMs += 6 * dayMs;
  await timers.advance(60_000);
  await Promise.all(renewed);

  await ask("/");
  watched.say("after");
  assert.equal(await textOf(lines.next()), "after");
  const [first, second] = watched.clients;
  assert.equal(watched.clients.length, 2);
  assert.notEqual(first, second);
  stop.abort();
  await Promise.allSettled(running);
});

/** Answers `/watch` with what is said, and remembers by which certificates it was asked. */
class Watched implements HttpHandler {
  readonly clients: (string | undefined)[] = [];
  #say: (text: string) => void = () => {};

  async handle({ target, peer }: Parameters<HttpHandler["handle"]>[0]): Promise<HttpResponse> {
    this.clients.push(peer.certificate?.fingerprint);
    const headers = {};
    if (target !== "/watch") return { status: 200, headers, body: undefined };
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#say = (text) => controller.enqueue(new TextEncoder().encode(text));
      },
    });
    return { status: 200, headers, body };
  }

  upgrade(): Promise<never> {
    return Promise.reject(new Error("no upgrades here"));
  }

  say(text: string): void {
    this.#say(text);
  }
}

async function textOf(next: Promise<IteratorResult<Uint8Array>>): Promise<string> {
  const { value } = await next;
  return new TextDecoder().decode(value);
}
