import assert from "node:assert/strict";
import { test } from "node:test";
import { type HttpRequest, type HttpResponse, type HttpTransport, silentLogger } from "#base";
import { promisesSettled, seededRandom, VirtualClock } from "#base/testing";
import { configMap } from "#api/core/v1";
import { createInformer } from "./informer.ts";
import { createClient } from "./resource-client.ts";

// A script answers each request in turn: the request as "GET what", and the lines of its answer.
// Objects are written as name@revision; "!" ends the initial state, "x" says that events were missed.
type Exchange = readonly [request: string, answer: string];

function scriptedTransport(
  script: readonly Exchange[],
): HttpTransport & { readonly log: string[] } {
  const log: string[] = [];
  let position = 0;
  return {
    log,
    async send(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
      const exchange = script[position++];
      log.push(showRequest(request));
      if (exchange === undefined) return await neverAnswered(signal);
      return answerOf(exchange[1]);
    },
    upgrade: () => Promise.reject(new Error("no upgrades here")),
  };
}

function showRequest({ target }: HttpRequest): string {
  const query = new URL(target, "http://test").searchParams;
  if (query.get("watch") !== "true") return "list";
  if (query.get("sendInitialEvents") === "true") return "stream";
  return `watch ${query.get("resourceVersion")}`;
}

function neverAnswered(signal: AbortSignal): Promise<HttpResponse> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function answerOf(text: string): HttpResponse {
  if (text.startsWith("422")) {
    const status = { kind: "Status", reason: "Invalid", message: "no streaming", code: 422 };
    return { status: 422, headers: {}, body: encode(JSON.stringify(status)) };
  }
  if (text.startsWith("[")) {
    const [revision = "", ...objects] = text.slice(1, -1).split(" ");
    const body = { items: objects.map(parseObject), metadata: { resourceVersion: revision } };
    return { status: 200, headers: {}, body: encode(JSON.stringify(body)) };
  }
  const lines = text.split(" ").map((word) => `${JSON.stringify(parseEvent(word))}\n`);
  return { status: 200, headers: {}, body: encode(lines.join("")) };
}

function parseEvent(word: string) {
  if (word === "x") {
    return { type: "ERROR", object: { kind: "Status", reason: "Expired", code: 410, message: "" } };
  }
  if (word.startsWith("!")) {
    const annotations = { "k8s.io/initial-events-end": "true" };
    return {
      type: "BOOKMARK",
      object: { metadata: { resourceVersion: word.slice(1), annotations } },
    };
  }
  const types = { "+": "ADDED", "~": "MODIFIED", "-": "DELETED" } as const;
  const mark = word[0] as keyof typeof types;
  return { type: types[mark], object: parseObject(word.slice(1)) };
}

function parseObject(text: string) {
  const [name = "", resourceVersion = ""] = text.split("@");
  return { metadata: { name, namespace: "ns", resourceVersion, uid: name } };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

const cases: readonly (readonly [string, readonly Exchange[], string, string, string])[] = [
  [
    "streams the state, then follows it",
    [["stream", "+a@1 +b@2 !2 ~a@3 -b@4"]],
    "stream, watch 4",
    "+a +b ~a -b",
    "a@3",
  ],
  [
    "lists when the server cannot stream state",
    [
      ["stream", "422"],
      ["list", "[7 a@5]"],
      ["watch 7", "+b@8"],
    ],
    "stream, list, watch 7, watch 8",
    "+a +b",
    "a@5 b@8",
  ],
  [
    "starts anew when events were missed, and reports what vanished",
    [
      ["stream", "+a@1 +b@2 !2"],
      ["watch 2", "x"],
      ["stream", "+b@2 +c@9 !9"],
    ],
    "stream, watch 2, stream, watch 9",
    "+a +b +c -a",
    "b@2 c@9",
  ],
];

for (const [rule, script, requests, changes, state] of cases) {
  test(`an informer ${rule}`, async () => {
    const clock = new VirtualClock();
    const transport = scriptedTransport(script);
    const deps = {
      client: createClient(transport),
      clock,
      random: seededRandom(1),
      log: silentLogger,
    };
    const informer = createInformer(deps, configMap);
    const seen: string[] = [];
    informer.onChange(({ before, after }) => {
      if (after === undefined) seen.push(`-${before?.metadata.name}`);
      else seen.push(`${before === undefined ? "+" : "~"}${after.metadata.name}`);
    });
    const stop = new AbortController();
    const running = informer.run(stop.signal);
    await informer.synced(stop.signal);
    await clock.advance(10_000);
    await promisesSettled();
    stop.abort();
    await running;

    const objects = informer.cache.list().map(({ metadata }) => metadata);
    assert.deepEqual(
      {
        requests: transport.log.join(", "),
        changes: seen.join(" "),
        state: objects.map(({ name, resourceVersion }) => `${name}@${resourceVersion}`).join(" "),
      },
      { requests, changes, state },
    );
  });
}
