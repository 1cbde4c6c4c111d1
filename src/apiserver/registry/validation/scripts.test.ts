/**
 * Runs the scripts of `testdata`. A block is a line and what the server finds wrong:
 *
 *     Pod spec.containers[0].name="Web" hostname="a.b"
 *       spec.containers[0].name: Invalid value: …
 *
 * The object is the kind's in `manifests.yaml` with the values put at their paths; `-path` removes
 * one. After ` => ` stand changes that an update makes; a first word such as `/resize` is the subresource
 * that it goes through. `UPDATE_GOLDEN=1` writes what is found.
 */

import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { findKind, type JsonObject, type JsonValue, objectAt, parseYaml, textAt } from "#api";
import { collect } from "#http";
import { openTestApiServer, type TestApiServer } from "../../testing.ts";

const folder = `${import.meta.dirname}/testdata`;
const manifests = new Map(
  parseYaml(readFileSync(`${folder}/manifests.yaml`, "utf8")).map(({ value }) => [
    textAt(value, "kind"),
    value as JsonObject,
  ]),
);

for (const file of readdirSync(folder).filter((name) => name.endsWith(".test"))) {
  test(`${file}: the server finds wrong what the script says`, async () => {
    const expected = readFileSync(`${folder}/${file}`, "utf8");
    const found: string[] = [];
    for (const line of expected.split("\n").filter((text) => !text.startsWith("  "))) {
      found.push(line);
      if (line !== "" && !line.startsWith("#")) found.push(...(await findingsOf(line)));
    }
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(`${folder}/${file}`, found.join("\n"));
    else assert.equal(found.join("\n"), expected);
  });
}

test("the manifests that the scripts start from are valid", async () => {
  for (const kind of manifests.keys()) assert.deepEqual(await findingsOf(kind), ["  valid"]);
});

async function findingsOf(line: string): Promise<readonly string[]> {
  await using api = await openTestApiServer();
  const [creation = "", change] = line.split(" => ");
  const [kind = "", ...edits] = wordsOf(creation);
  const manifest = manifests.get(kind);
  assert.ok(manifest, `manifests.yaml has a ${kind}`);
  const created = await send(api, "POST", edited(manifest, edits));
  if (change === undefined || textAt(created, "kind") === "Status") return findings(created);
  const [, subresource = "", edition = ""] = /^(\/\w+)? ?(.*)$/s.exec(change) ?? [];
  return findings(await send(api, "PUT", edited(created, wordsOf(edition)), subresource));
}

/** Words end at a space that is in no text, list or object. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  let depth = 0;
  let isText = false;
  let word = "";
  for (const sign of line) {
    if (sign === '"') isText = !isText;
    if (!isText && "[{".includes(sign)) depth++;
    if (!isText && "]}".includes(sign)) depth--;
    if (sign !== " " || depth > 0 || isText) word += sign;
    else {
      words.push(word);
      word = "";
    }
  }
  return [...words, word].filter((one) => one !== "");
}

function edited(object: JsonObject, edits: readonly string[]): JsonObject {
  return edits.reduce<JsonValue>((result, edit) => {
    const [, path = "", text] = /^-?([^=]+)(?:=(.*))?$/s.exec(edit) ?? [];
    const value = text === undefined ? undefined : (parseYaml(text)[0]?.value ?? null);
    return placed(result, path.match(/[^.[\]]+/g) ?? [], value);
  }, object) as JsonObject;
}

/** Steps into lists are numbers; `undefined` removes. */
function placed(
  into: JsonValue | undefined,
  [step, ...rest]: readonly string[],
  value: JsonValue | undefined,
): JsonValue {
  if (step === undefined) return value ?? null;
  if (/^\d+$/.test(step)) {
    const list = Array.isArray(into) ? ([...into] as JsonValue[]) : [];
    list[Number(step)] = placed(list[Number(step)], rest, value);
    return list;
  }
  const { [step]: current, ...others } = (into ?? {}) as JsonObject;
  if (rest.length === 0 && value === undefined) return others;
  return { ...others, [step]: placed(current, rest, value) };
}

const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

function findings(answer: JsonObject): readonly string[] {
  if (textAt(answer, "kind") !== "Status") return ["  valid"];
  const causes = (objectAt(answer, "details")["causes"] ?? []) as readonly JsonObject[];
  if (causes.length === 0) return [`  ${textAt(answer, "message")}`];
  const lines = causes.map((cause) => `  ${textAt(cause, "field")}: ${textAt(cause, "message")}`);
  return lines.map((text) => text.replaceAll(/\n\s*/g, " / ").replaceAll(uuid, "<uid>"));
}

async function send(
  { transport }: TestApiServer,
  method: "POST" | "PUT",
  object: JsonObject,
  subresource = "",
): Promise<JsonObject> {
  const apiVersion = textAt(object, "apiVersion");
  const resource = findKind(apiVersion, textAt(object, "kind"))?.resource;
  assert.ok(resource);
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const place = resource.namespaced ? "/namespaces/default" : "";
  const name = method === "PUT" ? `/${textAt(object, "metadata", "name")}` : "";
  const target = `${root}${place}/${resource.name}${name}${subresource}`;
  const headers = { "content-type": "application/json" };
  const sent = new TextEncoder().encode(JSON.stringify(object));
  const signal = new AbortController().signal;
  const { body } = await transport.send({ method, target, headers, body: sent }, signal);
  const bytes = await collect(body ?? new Uint8Array(), 1e9, () => new Error("too long"));
  return JSON.parse(new TextDecoder().decode(bytes)) as JsonObject;
}
