import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "#base";
import { VirtualClock } from "#base/testing";
import { Program } from "./program.ts";
import { startingHandler, SwappableHandler } from "./starting-handler.ts";
import type { WebSettings } from "./web.ts";

const settings: WebSettings = {
  routePrefix: "/",
  mode: "server",
  furtherPages: [],
  corsOrigin: ".*",
  storagePath: "/data",
  lookbackMs: 300_000,
  searchLimitMax: 0,
  enables: { lifecycle: true, admin: false, remoteWrite: false, otlp: false },
};

// Each row: what is asked of a server that starts, and its answer.
const answers: readonly (readonly [target: string, want: string])[] = [
  ["/-/healthy", "200 Prometheus Server is Healthy.\n"],
  ["/-/ready", "503 Service Unavailable"],
  ["/api/v1/status/walreplay", '200 {"status":"success","data":{"min":3,"max":9,"current":5}}'],
  ["/query", "200 <page>"],
  ["/api/v1/query?query=up", "503 Service Unavailable"],
  ["/metrics", "503 Service Unavailable"],
];

test("a server that starts says how far it is, and answers nothing else", async () => {
  const program = new Program(() => {});
  program.noteReplay({ min: 3, max: 9, current: 5 });
  const starting = startingHandler(
    {
      program,
      pages: {
        find: async () => ({
          contentType: "text/html",
          body: new TextEncoder().encode("<page>"),
          headers: {},
        }),
      },
      clock: new VirtualClock(),
      log: silentLogger,
    },
    settings,
  );
  const handler = new SwappableHandler(starting);
  const ask = async (target: string) => {
    const peer = { address: undefined, certificate: undefined };
    const request = { method: "GET", target, headers: {}, body: undefined, peer };
    const { status, body } = await handler.handle(request, new AbortController().signal);
    return `${status} ${body instanceof Uint8Array ? new TextDecoder().decode(body) : ""}`;
  };
  for (const [target, want] of answers) assert.equal(await ask(target), want, target);
  program.ready();
  assert.match(await ask("/-/ready"), /^200/);
  handler.swap({
    ...starting,
    handle: async () => ({ status: 204, headers: {}, body: undefined }),
  });
  assert.equal(await ask("/api/v1/query?query=up"), "204 ");
});
