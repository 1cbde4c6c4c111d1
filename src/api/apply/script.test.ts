/**
 * Runs the scripts in testdata/: each step is a write, followed by `----` and what it leaves behind.
 *
 *     kind KIND                     start afresh with an object of that kind
 *     apply MANAGER[/SUB]: {…}      server-side apply; `force` takes what others own
 *     create MANAGER: {…}           store an object
 *     update MANAGER[/SUB]: {…}     merge the patch into the object and store it
 *     without-owners                what an object from before managed fields looks like
 *
 * Bodies are flow YAML and may span indented lines. The outcome is the object without its empty structs,
 * then its owners: manager, subresource, `*` for apply, `@` the step of the last change, and the fields.
 * UPDATE_GOLDEN=1 rewrites the outcomes.
 */
import assert from "node:assert/strict";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { test } from "node:test";
import { load } from "js-yaml";
import { deployment } from "../apps/v1/deployment.ts";
import { normalObject } from "../codec/encode-json.ts";
import { configMap } from "../core/v1/config-map.ts";
import { persistentVolume } from "../core/v1/persistent-volume.ts";
import { pod } from "../core/v1/pod.ts";
import { service } from "../core/v1/service.ts";
import { isJsonList, isJsonObject, membersOf, textAt, withValueAt } from "../json-value.ts";
import { applyStrategicMergePatch } from "../patch/strategic-merge-patch.ts";
import type { AnyKind, JsonObject, JsonValue } from "../schema/schema.ts";
import { StatusError } from "../status-error.ts";
import { applyConfiguration } from "./apply-configuration.ts";
import { pathsOf } from "./field-set.ts";
import { apiVersionOf } from "../codec/type-meta.ts";
import { decodeOwners, timeSecondsOf } from "./owner.ts";
import { formatPath } from "./path-element.ts";
import { trackUpdate } from "./track-update.ts";
import { writeTargetOf } from "./write-target.ts";

const kinds: readonly AnyKind[] = [configMap, deployment, persistentVolume, pod, service];
const startSeconds = Date.parse("2026-01-01T00:00:00Z") / 1000;

for (const path of globSync(`${import.meta.dirname}/testdata/*.test`).sort()) {
  test(`script ${basename(path)}`, () => {
    const text = readFileSync(path, "utf8");
    const played = play(text);
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, played);
    else assert.equal(played, text);
  });
}

interface Scene {
  readonly kind: AnyKind;
  readonly object: JsonObject;
  readonly step: number;
}

function play(text: string): string {
  let scene: Scene = { kind: configMap, object: {}, step: 0 };
  const blocks = text.trimEnd().split(/\n\n+/);
  const played = blocks.map((block) => {
    const [command = ""] = block.split("\n----\n");
    const lines = command.split("\n").filter((line) => !line.startsWith("#"));
    const written = lines.join(" ").trim();
    if (written === "") return block;
    if (written.startsWith("kind ")) {
      scene = { kind: kindNamed(written.slice(5)), object: {}, step: 0 };
      return command;
    }
    try {
      scene = run({ ...scene, step: scene.step + 1 }, written);
      return `${command}\n----\n${show(scene.object)}`;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      return `${command}\n----\n! ${error.code} ${error.message}`;
    }
  });
  return `${played.join("\n\n")}\n`;
}

function run(scene: Scene, written: string): Scene {
  const { kind, object, step } = scene;
  const [, verb = "", manager = "", subresource = "", body = "{}"] =
    /^([\w-]+)(?: ([^:/]+)(?:\/(\w+))?: (.*))?$/.exec(written) ?? [];
  const target = writeTargetOf(kind, subresource);
  const time = new Date((startSeconds + step) * 1000).toISOString().replace(".000Z", "Z");
  const typed = { apiVersion: apiVersionOf(kind), kind: kind.kind };
  const given = load(body) as JsonObject;
  const change = { target, before: object, manager, time };
  switch (verb) {
    case "apply":
    case "force": {
      const config = { ...typed, ...given };
      const onConflict = verb === "force" ? "take" : "refuse";
      const request = { target, live: object, config, manager, onConflict, time } as const;
      return { ...scene, object: stored(kind, applyConfiguration(request)) };
    }
    case "create": {
      const after = normalObject(kind, { ...typed, ...given });
      return { ...scene, object: stored(kind, trackUpdate({ ...change, after })) };
    }
    case "update": {
      const after = normalObject(kind, applyStrategicMergePatch(kind, object, given));
      return { ...scene, object: trackUpdate({ ...change, after }) };
    }
    case "without-owners":
      return { ...scene, object: withValueAt(object, ["metadata", "managedFields"], undefined) };
    default:
      throw new Error(`no such step: ${written}`);
  }
}

function stored(kind: AnyKind, object: JsonObject): JsonObject {
  return normalObject(kind, withValueAt(object, ["metadata", "uid"], "1"));
}

function kindNamed(name: string): AnyKind {
  const found = kinds.find(({ kind }) => kind === name);
  assert.ok(found, name);
  return found;
}

function show(object: JsonObject): string {
  const { apiVersion, kind, metadata, ...rest } = object;
  const members = isJsonObject(metadata) ? metadata : {};
  const { managedFields: _owners, uid: _uid, ...shown } = members;
  const owners = [...decodeOwners(object).values()].map((owner) => {
    const mark = owner.operation === "Apply" ? "*" : "";
    const place = owner.subresource === "" ? "" : `/${owner.subresource}`;
    const time = owner.time === undefined ? "" : `@${timeSecondsOf(owner) - startSeconds}`;
    const paths = pathsOf(owner.fields).map(formatPath).join(" ");
    return `${owner.manager}${place}${mark}${time}: ${paths}`;
  });
  assert.equal(textAt(object, "kind"), kind);
  assert.equal(typeof apiVersion, "string");
  return [flow({ metadata: shown, ...rest }) ?? "{}", ...owners].join("\n");
}

/** Flow YAML; undefined for an empty object. */
function flow(value: JsonValue): string | undefined {
  if (isJsonList(value)) return `[${value.map((item) => flow(item) ?? "{}").join(", ")}]`;
  if (!isJsonObject(value)) return String(value);
  const texts = membersOf(value).flatMap(([name, member]) => {
    const text = flow(member);
    return text === undefined ? [] : [`${name}: ${text}`];
  });
  return texts.length === 0 ? undefined : `{${texts.join(", ")}}`;
}
