/** Reads the bodies of the API, and nothing but what they may hold. */
import { HttpError } from "#http";

export interface PostedAlert {
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  readonly startsAtMs: number | undefined;
  readonly endsAtMs: number | undefined;
  readonly generatorUrl: string;
}

export interface PostedSilence {
  readonly id: string;
  readonly matchers: readonly PostedMatcher[];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: ReadonlyMap<string, string>;
}

export interface PostedMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

export function decodeAlerts(body: string): readonly PostedAlert[] {
  const list = parse(body);
  if (!Array.isArray(list)) throw bad("alerts must be a list");
  return list.map((item) => {
    const alert = recordOf(item, "alert");
    return {
      labels: textsOf(alert["labels"], "labels"),
      annotations: textsOf(alert["annotations"], "annotations"),
      startsAtMs: timeOf(alert["startsAt"], "startsAt"),
      endsAtMs: timeOf(alert["endsAt"], "endsAt"),
      generatorUrl: textOf(alert["generatorURL"], "generatorURL"),
    };
  });
}

export function decodeSilence(body: string): PostedSilence {
  const silence = recordOf(parse(body), "silence");
  const matchers = silence["matchers"];
  if (!Array.isArray(matchers)) throw bad("matchers in body is required");
  const required = (name: string) => {
    const timeMs = timeOf(silence[name], name);
    if (timeMs === undefined) throw bad(`${name} in body is required`);
    return timeMs;
  };
  return {
    id: textOf(silence["id"], "id"),
    matchers: matchers.map(matcherIn),
    startsAtMs: required("startsAt"),
    endsAtMs: required("endsAt"),
    createdBy: textOf(silence["createdBy"], "createdBy"),
    comment: textOf(silence["comment"], "comment"),
    annotations: textsOf(silence["annotations"], "annotations"),
  };
}

function matcherIn(item: unknown): PostedMatcher {
  const matcher = recordOf(item, "matcher");
  const { isRegex, isEqual = true } = matcher;
  if (typeof isRegex !== "boolean" || typeof isEqual !== "boolean") {
    throw bad("matchers.isRegex in body is required");
  }
  return {
    name: textOf(matcher["name"], "name"),
    value: textOf(matcher["value"], "value"),
    isRegex,
    isEqual,
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch (error) {
    throw new HttpError("BadRequest", "parsing body: invalid JSON", { cause: error });
  }
}

function recordOf(item: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof item !== "object" || item === null || Array.isArray(item)) {
    throw bad(`${what} must be an object`);
  }
  // Own properties only: a name like `__proto__` is a property like any other.
  return Object.assign(Object.create(null) as Record<string, unknown>, item);
}

function textOf(item: unknown, what: string): string {
  if (item === undefined || item === null) return "";
  if (typeof item !== "string") throw bad(`${what} must be a string`);
  return item;
}

function textsOf(item: unknown, what: string): ReadonlyMap<string, string> {
  if (item === undefined || item === null) return new Map();
  const entries = Object.entries(recordOf(item, what));
  return new Map(entries.map(([name, value]) => [name, textOf(value, `${what}.${name}`)] as const));
}

/** Go's zero time is no time. */
function timeOf(item: unknown, what: string): number | undefined {
  const text = textOf(item, what);
  if (text === "" || text.startsWith("0001-01-01T00:00:00")) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw bad(`parsing time "${text}"`);
  return ms;
}

function bad(message: string): HttpError {
  return new HttpError("BadRequest", message);
}
