import { HttpError } from "./http-error.ts";

/** A request's target, taken apart. */
export interface RequestTarget {
  /** As sent, still encoded, without the query. */
  readonly path: string;
  /** The decoded parts between the slashes; leading, trailing and doubled slashes make none. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

/** Takes `/api/v1/pods?limit=5` apart. Throws `BadRequest` for escapes that mean nothing. */
export function parseTarget(target: string): RequestTarget {
  const origin = originForm(target);
  const mark = origin.indexOf("?");
  const path = mark < 0 ? origin : origin.slice(0, mark);
  return {
    path,
    segments: segmentsOf(path),
    query: new URLSearchParams(mark < 0 ? "" : origin.slice(mark + 1)),
  };
}

/** Proxies send `http://host/path`, which means the same as `/path`. */
function originForm(target: string): string {
  if (target.startsWith("/") || !URL.canParse(target)) return target;
  const url = new URL(target);
  return url.pathname + url.search;
}

function segmentsOf(path: string): readonly string[] {
  const segments = path.split("/").filter((segment) => segment !== "");
  if (!path.includes("%")) return segments;
  try {
    return segments.map(decodeURIComponent);
  } catch (error) {
    throw new HttpError("BadRequest", `the path "${path}" has an invalid escape`, { cause: error });
  }
}
