/** Reads a line of the state file; whatever it is, it must not keep the program from starting. */
import { createMatcher, RegexError } from "#series";
import { type Alert, alertOf } from "../alert/alert.ts";
import type { LogEntry } from "../notify/notification-log.ts";
import type { Silence } from "../suppress/silences.ts";

export type StateLine =
  | { readonly kind: "silence"; readonly silence: Silence }
  | { readonly kind: "told"; readonly entry: LogEntry }
  | { readonly kind: "alert"; readonly alert: Alert };

/** Undefined for a line that is none. */
export function decodeStateLine(line: string): StateLine | undefined {
  try {
    const item = JSON.parse(line) as unknown;
    if (typeof item !== "object" || item === null || !("kind" in item)) return undefined;
    return decoded(item as Fields);
  } catch (error) {
    // Cut off, or written by nobody of us.
    if (error instanceof SyntaxError || error instanceof RegexError) return undefined;
    throw error;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const operators = ["=", "!=", "=~", "!~"] as const;

function decoded(item: Fields): StateLine | undefined {
  switch (item["kind"]) {
    case "silence":
      return silenceOf(item);
    case "told":
      return {
        kind: "told",
        entry: {
          groupKey: text(item["groupKey"]),
          receiver: text(item["receiver"]),
          integration: text(item["integration"]),
          index: number(item["index"]),
          timestampMs: number(item["timestampMs"]),
          firing: hashes(item["firing"]),
          resolved: hashes(item["resolved"]),
          expiresAtMs: number(item["expiresAtMs"]),
        },
      };
    case "alert":
      return {
        kind: "alert",
        alert: alertOf({
          labels: texts(item["labels"]),
          annotations: texts(item["annotations"]),
          startsAtMs: number(item["startsAtMs"]),
          endsAtMs: number(item["endsAtMs"]),
          generatorUrl: text(item["generatorUrl"]),
          updatedAtMs: number(item["updatedAtMs"]),
          isTimeout: item["isTimeout"] === true,
        }),
      };
    default:
      return undefined;
  }
}

function silenceOf(item: Fields): StateLine | undefined {
  const sets = list(item["matcherSets"]).map((set) =>
    list(set).flatMap((matcher) => {
      const { operator, name, value } = fields(matcher);
      const known = operators.find((one) => one === operator);
      return known === undefined ? [] : [createMatcher(known, text(name), text(value))];
    }),
  );
  // A set that has lost its matchers would silence everything.
  if (sets.length === 0 || sets.some((matchers) => matchers.length === 0)) return undefined;
  const annotations = Object.entries(fields(item["annotations"]));
  return {
    kind: "silence",
    silence: {
      id: text(item["id"]),
      matcherSets: sets,
      startsAtMs: number(item["startsAtMs"]),
      endsAtMs: number(item["endsAtMs"]),
      updatedAtMs: number(item["updatedAtMs"]),
      createdBy: text(item["createdBy"]),
      comment: text(item["comment"]),
      annotations: Object.fromEntries(annotations.map(([name, value]) => [name, text(value)])),
    },
  };
}

function fields(item: unknown): Fields {
  return typeof item === "object" && item !== null ? (item as Fields) : {};
}

function list(item: unknown): readonly unknown[] {
  return Array.isArray(item) ? item : [];
}

function text(item: unknown): string {
  return typeof item === "string" ? item : "";
}

function texts(item: unknown): readonly string[] {
  return list(item).map(text);
}

/** What the log knows alerts by; anything else is known by nobody. */
function hashes(item: unknown): readonly string[] {
  return texts(item).filter((one) => /^[\da-f]{16}$/.test(one));
}

function number(item: unknown): number {
  return typeof item === "number" && Number.isFinite(item) ? item : 0;
}
