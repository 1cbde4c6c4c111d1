/**
 * Runs the scripts in testdata/: requests and the whole of what is answered.
 *
 *     POST /api/v1/namespaces/default/configmaps
 *     content-type: application/yaml
 *     {metadata: {name: a}}
 *     ----
 *     201
 *     (the body as YAML, and headers that say something)
 *
 * A body is flow YAML and is sent as JSON unless a header says otherwise. `watch NAME PATH` opens a watch
 * and `events NAME` shows what it has told since; `advance SECONDS` lets time pass. Time and chance are
 * the test's own, so that ids, names and times are the same in every run. UPDATE_GOLDEN=1 rewrites the
 * answers.
 */
import assert from "node:assert/strict";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { test } from "node:test";
import { formatYaml, type JsonValue, parseYaml } from "#api";
import type { ObjectMeta, Status } from "#api/meta/v1";
import type { Body, HttpResponse } from "#base";
import { promisesSettled, VirtualClock } from "#base/testing";
import { collect } from "#http";
import { openTestApiServer, type TestApiServer } from "./testing.ts";

for (const path of globSync(`${import.meta.dirname}/testdata/*.test`).sort()) {
  test(`script ${basename(path)}`, async () => {
    const text = readFileSync(path, "utf8");
    const played = await play(text);
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, played);
    else assert.equal(played, text);
  });
}

interface Stage {
  readonly api: TestApiServer;
  readonly clock: VirtualClock;
  /** What each watch has told and has not been shown yet. */
  readonly watches: Map<string, string[]>;
  readonly ending: AbortController;
}

async function play(text: string): Promise<string> {
  const clock = new VirtualClock();
  await using api = await openTestApiServer({ clock });
  const stage: Stage = { api, clock, watches: new Map(), ending: new AbortController() };
  const played: string[] = [];
  for (const block of text.trimEnd().split(/\n\n+/)) {
    const [command = ""] = block.split("\n----\n");
    const lines = command.split("\n").filter((line) => !line.startsWith("#"));
    const answer = lines.length === 0 ? undefined : await perform(stage, lines);
    played.push(answer === undefined ? command : `${command}\n----\n${answer}`);
  }
  stage.ending.abort();
  return `${played.join("\n\n")}\n`;
}

async function perform(stage: Stage, lines: readonly string[]): Promise<string | undefined> {
  const [first = "", ...rest] = lines;
  const [word = "", name = "", path = ""] = first.split(" ");
  switch (word) {
    case "advance":
      await stage.clock.advance(Number(name) * 1_000);
      return undefined;
    case "watch":
      await openWatch(stage, name, path);
      return undefined;
    case "events": {
      await promisesSettled();
      const told = stage.watches.get(name)?.splice(0) ?? [];
      return told.length === 0 ? "nothing" : told.join("\n");
    }
    default:
      return show(await send(stage, word, name, rest));
  }
}

async function send(
  { api, ending }: Stage,
  method: string,
  target: string,
  lines: readonly string[],
): Promise<HttpResponse> {
  const isHeader = (line: string) => /^(?:accept|content-type): /.test(line);
  const stated = lines.filter(isHeader).map((line) => line.split(/: (.*)/) as [string, string]);
  const headers = { "user-agent": "script/1", "content-type": "application/json" };
  const text = lines.filter((line) => !isHeader(line)).join("\n");
  const all = { ...headers, ...Object.fromEntries(stated) };
  const isText = /yaml/.test(all["content-type"]) || text.startsWith("raw ");
  const sent = isText ? text.replace(/^raw /, "") : JSON.stringify(parseYaml(text)[0]?.value);
  const body = text === "" ? undefined : new TextEncoder().encode(sent);
  return api.transport.send({ method, target, headers: all, body }, ending.signal);
}

const shownHeaders = ["warning", "retry-after", "vary", "location"];

async function show({ status, headers, body }: HttpResponse): Promise<string> {
  const bytes = await collect(body ?? new Uint8Array(), 1e7, () => new Error("too long"));
  const text = new TextDecoder().decode(bytes).trimEnd();
  const type = String(headers["content-type"] ?? "");
  const told = shownHeaders
    .filter((name) => headers[name] !== undefined)
    .map((name) => `${name}: ${[headers[name]].flat().join(" | ")}`);
  const isJson = type.startsWith("application/json");
  const content = isJson ? formatYaml(JSON.parse(text) as JsonValue).trimEnd() : text;
  const plain = isJson || type === "" ? [] : [`content-type: ${type}`];
  return [String(status), ...plain, ...told, ...(content === "" ? [] : [content])].join("\n");
}

async function openWatch(
  { api, watches, ending }: Stage,
  name: string,
  path: string,
): Promise<void> {
  const request = { method: "GET", target: path, headers: {}, body: undefined };
  const response = await api.transport.send(request, ending.signal);
  const told: string[] = [];
  watches.set(name, told);
  void follow(response.body, told);
}

async function follow(body: Body | undefined, told: string[]): Promise<void> {
  if (body === undefined || body instanceof Uint8Array) return;
  for await (const chunk of body) {
    for (const line of new TextDecoder().decode(chunk).trimEnd().split("\n")) {
      told.push(showEvent(JSON.parse(line)));
    }
  }
  told.push("the end");
}

interface ShownEvent {
  readonly type: string;
  readonly object: { readonly metadata?: ObjectMeta; readonly kind: string } & Partial<Status>;
}

function showEvent({ type, object }: ShownEvent): string {
  if (type === "ERROR") return `ERROR ${object.code} ${object.reason}: ${object.message}`;
  const { name, resourceVersion, annotations } = object.metadata ?? {};
  const marks = annotations === undefined ? "" : ` ${JSON.stringify(annotations)}`;
  return type === "BOOKMARK"
    ? `BOOKMARK ${object.kind} @${resourceVersion}${marks}`
    : `${type} ${name} @${resourceVersion}`;
}
