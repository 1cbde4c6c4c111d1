/** Reads the bodies of the API, and nothing but what they may hold. */
import { ApiError } from "./api-error.ts";

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
  if (!Array.isArray(list)) throw bad("it is no list");
  return list.map((item, index) => {
    const alert = recordOf(item, "it");
    checkPresent(alert, "labels", `${index}.`);
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
  const silence = recordOf(parse(body), "it");
  for (const name of ["comment", "createdBy", "endsAt", "matchers", "startsAt"]) {
    checkPresent(silence, name, "");
  }
  const matchers = silence["matchers"];
  if (!Array.isArray(matchers)) throw bad("matchers is no list");
  if (matchers.length === 0) {
    throw new ApiError(612, "matchers in body should have at least 1 items");
  }
  const required = (name: string) => {
    const timeMs = timeOf(silence[name], name);
    if (timeMs === undefined) throw new ApiError(602, `${name} in body is required`);
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

function matcherIn(item: unknown, index: number): PostedMatcher {
  const matcher = recordOf(item, "a matcher");
  for (const name of ["isRegex", "name", "value"]) {
    checkPresent(matcher, name, `matchers.${index}.`);
  }
  const { isRegex, isEqual = true } = matcher;
  if (typeof isRegex !== "boolean" || typeof isEqual !== "boolean") {
    throw bad("isRegex and isEqual are true or false");
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
    throw bad("it is no JSON", { cause: error });
  }
}

function checkPresent(item: Readonly<Record<string, unknown>>, name: string, place: string): void {
  if (item[name] !== undefined && item[name] !== null) return;
  throw new ApiError(602, `${place}${name} in body is required`);
}

function recordOf(item: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof item !== "object" || item === null || Array.isArray(item)) {
    throw bad(`${what} is no object`);
  }
  // Own properties only: a name like `__proto__` is a property like any other.
  return Object.assign(Object.create(null) as Record<string, unknown>, item);
}

function textOf(item: unknown, what: string): string {
  if (item === undefined || item === null) return "";
  if (typeof item !== "string") throw bad(`${what} is no string`);
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
  if (Number.isNaN(ms)) throw bad(`"${text}" is no time`);
  return ms;
}

function bad(problem: string, options?: ErrorOptions): ApiError {
  return new ApiError(400, `parsing body failed, because ${problem}`, options);
}
