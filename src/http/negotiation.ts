import { HttpError } from "./http-error.ts";
import { essenceOf, type MediaType, parseMediaType, splitOutsideQuotes } from "./media-type.ts";

/** What the client takes, and how much it likes it. */
interface Clause {
  readonly range: MediaType;
  readonly quality: number;
}

/** Longer headers are no client's; the rest of them is not looked at. */
const clauseCountMax = 64;

const noParameters: ReadonlyMap<string, string> = new Map();

export interface Negotiated {
  /** One of those offered, for example `application/json`. */
  readonly mediaType: string;
  /** What the client said along with it: `as`, `g`, `v`, `stream`, `pretty`, … */
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Chooses among the media types `offered`, the best first, by an Accept header as kube-apiserver does:
 * clauses by quality, then the more specific; the first that an offered type fits and whose parameters
 * `supports` grants. No header means anything. Throws `NotAcceptable` when nothing fits.
 */
export function negotiate(
  accept: string | undefined,
  offered: readonly string[],
  supports: (parameters: ReadonlyMap<string, string>) => boolean,
): Negotiated {
  // What programs send needs no parsing.
  if (accept !== undefined && offered.includes(accept) && supports(noParameters)) {
    return { mediaType: accept, parameters: noParameters };
  }
  const found = clausesOf(accept)
    .map(({ range }) => ({ mediaType: firstFitting(range, offered), parameters: range.parameters }))
    .find(({ mediaType, parameters }) => mediaType !== undefined && supports(parameters));
  if (found?.mediaType === undefined) {
    const list = offered.join(", ");
    throw new HttpError("NotAcceptable", `only the following media types are accepted: ${list}`);
  }
  return { mediaType: found.mediaType, parameters: found.parameters };
}

/** The offered type in which a request's body is encoded. No header means the first that is offered. */
export function bodyMediaType(contentType: string | undefined, offered: readonly string[]): string {
  if (contentType === undefined || contentType === "") return offered[0] ?? "";
  if (offered.includes(contentType)) return contentType;
  const mediaType = parseMediaType(contentType);
  const essence = mediaType === undefined ? contentType : essenceOf(mediaType);
  if (!offered.includes(essence)) throw unsupportedMediaType(offered);
  return essence;
}

function unsupportedMediaType(offered: readonly string[]): HttpError {
  return new HttpError(
    "UnsupportedMediaType",
    "the body of the request was in an unknown format - accepted media types include: " +
      offered.join(", "),
  );
}

function clausesOf(accept: string | undefined): readonly Clause[] {
  const text = accept === undefined || accept.trim() === "" ? "*/*" : accept;
  return splitOutsideQuotes(text, ",")
    .slice(0, clauseCountMax)
    .map(clauseOf)
    .filter((clause) => clause !== undefined)
    .filter((clause) => clause.quality > 0)
    .sort(byPreference);
}

function clauseOf(text: string): Clause | undefined {
  const range = parseMediaType(text);
  if (range === undefined) return undefined;
  const written = range.parameters.get("q");
  const quality = written === undefined ? 1 : Number(written);
  return { range, quality: Number.isNaN(quality) ? 1 : quality };
}

function byPreference(left: Clause, right: Clause): number {
  return right.quality - left.quality || starCount(left.range) - starCount(right.range);
}

function starCount(range: MediaType): number {
  return Number(range.type === "*") + Number(range.subtype === "*");
}

function firstFitting(range: MediaType, offered: readonly string[]): string | undefined {
  if (range.type === "*") return range.subtype === "*" ? offered[0] : undefined;
  if (range.subtype !== "*") return offered.find((mediaType) => mediaType === essenceOf(range));
  return offered.find((mediaType) => mediaType.startsWith(`${range.type}/`));
}
