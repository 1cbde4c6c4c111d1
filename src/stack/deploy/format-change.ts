/** Changes as people read them before they agree. */
import type { JsonObject, JsonValue } from "#api";
import { formatYaml } from "#compose";
import { isJsonObject } from "../cluster/decode.ts";
import { contentHash } from "../names.ts";
import { type Change, sortedKeys } from "./change.ts";
import { diffLines } from "./line-diff.ts";

/** How much of an object is shown: what changes in it, or also all of one that is new. */
export type ChangeDetail = "short" | "whole";

const contextLines = 2;

const signs = { create: "+", update: "~", replace: "±", delete: "-" } as const;

/** `~ Deployment/words`, and below it what changes. */
export function formatChange(
  { kind, object, before, after }: Change,
  detail: ChangeDetail,
): readonly string[] {
  const title = `${signs[kind]} ${object}${kind === "replace" ? " (made anew)" : ""}`;
  const isShown = kind === "update" || kind === "replace" || detail === "whole";
  if (!isShown) return [title];
  const diff = diffLines(shown(before), shown(after), contextLines);
  return [title, ...diff.map((line) => `    ${line}`)];
}

/** `2 to create, 1 to change, 1 to remove` */
export function summarizeChanges(changes: readonly Change[]): string {
  const count = (...kinds: readonly Change["kind"][]) =>
    changes.filter(({ kind }) => kinds.includes(kind)).length;
  const parts = [
    [count("create"), "to create"],
    [count("update", "replace"), "to change"],
    [count("delete"), "to remove"],
  ] as const;
  return parts
    .filter(([number]) => number > 0)
    .map(([number, what]) => `${number} ${what}`)
    .join(", ");
}

function shown(object: JsonObject | undefined): string {
  if (object === undefined) return "";
  const sorted = sortedKeys(object["kind"] === "Secret" ? withoutSecrets(object) : object);
  return isJsonObject(sorted) ? formatYaml(sorted) : "";
}

/** What is secret is not for screens; that it changed is. */
function withoutSecrets(object: JsonObject): JsonObject {
  const { data } = object;
  if (!isJsonObject(data)) return object;
  const hidden = Object.entries(data).map(([key, value]): [string, JsonValue] => [
    key,
    `(hidden, ${contentHash(JSON.stringify(value ?? null))})`,
  ]);
  return { ...object, data: Object.fromEntries(hidden) };
}
