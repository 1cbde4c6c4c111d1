/** The options of reads: what `resourceVersion` and its companions ask for. All of it is pure. */

import { badRequest, type FieldError, invalid } from "#api";
import { type ContinueToken, parseContinueToken } from "./continue-token.ts";
import { isTrueParameter } from "./request-target.ts";

/** Which state a GET or list wants. */
export type ReadPoint =
  /** The newest acknowledged. */
  | { readonly kind: "newest" }
  /** The newest, once it is at least this revision. */
  | { readonly kind: "notOlderThan"; readonly revision: number }
  | { readonly kind: "exact"; readonly revision: number };

export interface ListOptions {
  readonly labelSelector: string;
  readonly fieldSelector: string;
  /** 0: no limit. */
  readonly limit: number;
  readonly continueToken: ContinueToken | undefined;
  readonly point: ReadPoint;
}

/** Where a watch starts. */
type WatchStart =
  /** Events after this revision; 0: after the newest. */
  | { readonly kind: "after"; readonly revision: number }
  /** The present state as ADDED events first. */
  | { readonly kind: "state"; readonly point: ReadPoint };

export interface WatchOptions {
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly start: WatchStart;
  readonly bookmarks: "sent" | "none";
  /** Whether a bookmark marks the end of the present state. */
  readonly initialEventsEnd: "marked" | "unmarked";
  /** Undefined lets the server choose. */
  readonly timeoutSeconds: number | undefined;
}

/** The `resourceVersion` of a GET. */
export function parseGetPoint(query: URLSearchParams): ReadPoint {
  const revision = parseResourceVersion(query.get("resourceVersion"));
  return notOlderThan(revision);
}

/** Throws BadRequest or Invalid, in upstream's words. */
export function parseListOptions(query: URLSearchParams): ListOptions {
  const text = query.get("resourceVersion") ?? "";
  const match = query.get("resourceVersionMatch") ?? "";
  const continueText = query.get("continue") ?? "";
  refuse(listProblems({ text, match, continueText, query }));

  if (continueText !== "" && text !== "" && text !== "0") {
    throw badRequest("specifying resource version is not allowed when using continue");
  }
  const limit = parseCount(query, "limit") ?? 0;
  const revision = parseResourceVersion(text);
  return {
    labelSelector: query.get("labelSelector") ?? "",
    fieldSelector: query.get("fieldSelector") ?? "",
    limit,
    continueToken: continueText === "" ? undefined : parseContinueToken(continueText),
    point: listPoint(revision, match, limit),
  };
}

/** Throws BadRequest or Invalid, in upstream's words. */
export function parseWatchOptions(query: URLSearchParams): WatchOptions {
  const match = query.get("resourceVersionMatch") ?? "";
  const wantsState = query.get("sendInitialEvents");
  refuse(watchProblems(match, wantsState !== null, query.get("continue") ?? ""));

  const text = query.get("resourceVersion");
  const revision = parseResourceVersion(text);
  const sendsState = wantsState === null ? revision === 0 : isTrueParameter(wantsState);
  return {
    labelSelector: query.get("labelSelector") ?? "",
    fieldSelector: query.get("fieldSelector") ?? "",
    start: watchStart(revision, sendsState),
    bookmarks: isTrueParameter(query.get("allowWatchBookmarks")) ? "sent" : "none",
    initialEventsEnd: wantsState !== null && sendsState ? "marked" : "unmarked",
    timeoutSeconds: parseCount(query, "timeoutSeconds"),
  };
}

/** Absent, empty and `0` are 0. Throws BadRequest for anything but a decimal number. */
function parseResourceVersion(text: string | null): number {
  if (text === null || text === "") return 0;
  const revision = /^[0-9]{1,19}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(revision)) {
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(text)}: ` +
        `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  }
  return revision;
}

function listPoint(revision: number, match: string, limit: number): ReadPoint {
  if (match === "Exact") return { kind: "exact", revision };
  // Without a match rule, pages of an old revision show that very revision.
  if (match === "" && limit > 0 && revision > 0) return { kind: "exact", revision };
  return notOlderThan(revision);
}

function notOlderThan(revision: number): ReadPoint {
  return revision === 0 ? { kind: "newest" } : { kind: "notOlderThan", revision };
}

function watchStart(revision: number, sendsState: boolean): WatchStart {
  if (sendsState) return { kind: "state", point: notOlderThan(revision) };
  return { kind: "after", revision };
}

function parseCount(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  const count = /^-?[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(count)) {
    throw badRequest(
      `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax for query parameter "${name}"`,
    );
  }
  return Math.max(count, 0);
}

interface ListTexts {
  readonly text: string;
  readonly match: string;
  readonly continueText: string;
  readonly query: URLSearchParams;
}

function listProblems({ text, match, continueText, query }: ListTexts): readonly FieldError[] {
  const errors: FieldError[] = [];
  const add = (why: string) => errors.push(forbiddenField("resourceVersionMatch", why));
  if (match !== "") {
    if (text === "") {
      add("resourceVersionMatch is forbidden unless resourceVersion is provided");
    }
    if (continueText !== "") {
      add("resourceVersionMatch is forbidden when continue is provided");
    }
    if (match !== "Exact" && match !== "NotOlderThan") {
      errors.push(unknownMatch(match, ["Exact", "NotOlderThan", ""]));
    }
    if (match === "Exact" && text === "0") {
      add('resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
    }
  }
  if (query.has("sendInitialEvents")) {
    errors.push(forbiddenField("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  }
  return errors;
}

function watchProblems(
  match: string,
  hasInitialEvents: boolean,
  continueText: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const add = (why: string) => errors.push(forbiddenField("resourceVersionMatch", why));
  if (hasInitialEvents && match !== "NotOlderThan") {
    add("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
  }
  if (match !== "") {
    if (!hasInitialEvents) {
      add("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
    }
    if (match !== "NotOlderThan") errors.push(unknownMatch(match, ["NotOlderThan"]));
    if (continueText !== "") add("resourceVersionMatch is forbidden when continue is provided");
  }
  return errors;
}

function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", name: "ListOptions" }, "", errors);
}

function forbiddenField(field: string, why: string): FieldError {
  return { field, reason: "FieldValueForbidden", message: `Forbidden: ${why}` };
}

function unknownMatch(match: string, supported: readonly string[]): FieldError {
  const values = supported.map((value) => JSON.stringify(value)).join(", ");
  return {
    field: "resourceVersionMatch",
    reason: "FieldValueNotSupported",
    message: `Unsupported value: ${JSON.stringify(match)}: supported values: ${values}`,
  };
}
