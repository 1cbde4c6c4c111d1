import { StatusError } from "#api";
import { CompactedError } from "#store";
import { type ObjectRange, revisionRefusal } from "../objects/object-reader.ts";
import {
  isUnfiltered,
  onlyName,
  selectionOf,
  type Selection,
  selects,
} from "../objects/selection.ts";
import type { StoredObject } from "../objects/stored-object.ts";
import { formatContinueToken } from "../request/continue-token.ts";
import { type ListOptions, parseListOptions } from "../request/read-options.ts";
import type { Handler, ServerParts } from "../request/request-context.ts";
import type { ListAnswer } from "../respond/answer.ts";

/** `GET …/{resource}`: the objects that are selected, all as of one revision. */
export const listObjects: Handler = async (parts, { target, resource, signal }) => {
  const options = parseListOptions(target.query);
  const selection = selectionOf(resource, { ...target, ...options });
  return listSelected(parts, selection, options, signal);
};

/** Reads page after page of the store until the client's page is full. */
export async function listSelected(
  parts: ServerParts,
  selection: Selection,
  options: ListOptions,
  signal: AbortSignal,
): Promise<ListAnswer> {
  const name = onlyName(selection);
  if (name !== undefined && isLookUp(selection, options)) {
    await parts.reader.settle(options.point, signal);
    return listOne(parts, selection, name);
  }
  let revision = await startRevision(parts, options, signal);
  let startAfter = options.continueToken?.startAfter ?? "";
  const objects: StoredObject[] = [];
  while (true) {
    const pageLimit = pageLimitOf(selection, options, objects.length);
    const range = await readPage(parts, options, { selection, startAfter, revision, pageLimit });
    revision = range.revision;
    const end = takeSelected(selection, range.objects, objects, options.limit);
    const last = end ?? range.objects.at(-1);
    const isRangeTaken = end === undefined || end === range.objects.at(-1);
    if (last === undefined || (isRangeTaken && range.remainingCount === 0)) {
      return page(selection, { objects, revision, startAfter: "", remainingCount: 0 });
    }
    startAfter = pageKeyOf(selection, last);
    if (end !== undefined) {
      return page(selection, {
        objects,
        revision,
        startAfter,
        remainingCount: range.remainingCount,
      });
    }
  }
}

/** Filtered lists read the store in pages of this size, whatever the client's limit. */
const filteredPageSize = 500;

function pageLimitOf(selection: Selection, { limit }: ListOptions, takenCount: number): number {
  if (limit === 0) return 0;
  return isUnfiltered(selection) ? limit - takenCount : filteredPageSize;
}

/** Takes what is selected, up to `limit`; returns the object that made the page full, if one did. */
function takeSelected(
  selection: Selection,
  from: readonly StoredObject[],
  into: StoredObject[],
  limit: number,
): StoredObject | undefined {
  for (const object of from) {
    if (!selects(selection, object)) continue;
    into.push(object);
    if (into.length === limit) return object;
  }
  return undefined;
}

/** Whether only one key can hold what is asked for. */
function isLookUp({ resource, namespace }: Selection, options: ListOptions): boolean {
  if (options.continueToken !== undefined || options.point.kind === "exact") return false;
  return !resource.namespaced || namespace !== "";
}

/** A list that can only hold one object is a look-up. */
async function listOne(
  { store, reader }: ServerParts,
  selection: Selection,
  name: string,
): Promise<ListAnswer> {
  const revision = store.revision;
  const { resource, namespace } = selection;
  const object = await reader.find(resource, { namespace, name });
  const objects = object !== undefined && selects(selection, object) ? [object] : [];
  const newest = Math.max(revision, object?.revision ?? 0);
  return page(selection, { objects, revision: newest, startAfter: "", remainingCount: 0 });
}

/** Undefined: the newest. */
async function startRevision(
  { reader, ages }: ServerParts,
  options: ListOptions,
  signal: AbortSignal,
): Promise<number | undefined> {
  const token = options.continueToken;
  if (token === undefined) return reader.settle(options.point, signal);
  if (token.revision < 0) return undefined;
  if (ages.isExpired(token.revision)) throw expiredToken(token.startAfter);
  return token.revision;
}

interface PageRequest {
  readonly selection: Selection;
  readonly startAfter: string;
  readonly revision: number | undefined;
  readonly pageLimit: number;
}

async function readPage(
  { reader }: ServerParts,
  options: ListOptions,
  { selection, startAfter, revision, pageLimit }: PageRequest,
): Promise<ObjectRange> {
  const { resource, namespace } = selection;
  try {
    return await reader.range({ resource, namespace, startAfter, limit: pageLimit, revision });
  } catch (error) {
    // Only the store knows which revisions it has given up.
    if (error instanceof CompactedError && options.continueToken !== undefined) {
      throw expiredToken(options.continueToken.startAfter);
    }
    throw revisionRefusal(error);
  }
}

/** The refusal carries a token with which the client may go on, if inconsistently. */
function expiredToken(startAfter: string): StatusError {
  return new StatusError(
    "Expired",
    "The provided continue parameter is too old to display a consistent list result. You can start " +
      "a new list without the continue parameter, or use the continue token in this response to " +
      "retrieve the remainder of the results. Continuing with the provided token results in an " +
      "inconsistent list - objects that were created, modified, or deleted between the time the " +
      "first chunk was returned and now may show up in the list.",
    { continueToken: formatContinueToken({ revision: -1, startAfter }) },
  );
}

function pageKeyOf(selection: Selection, { key }: StoredObject): string {
  const isAcrossNamespaces = selection.resource.namespaced && selection.namespace === "";
  return isAcrossNamespaces ? `${key.namespace}/${key.name}` : key.name;
}

function page(
  selection: Selection,
  found: ObjectRange & { readonly startAfter: string },
): ListAnswer {
  const { startAfter, revision, objects, remainingCount } = found;
  const isLast = startAfter === "";
  return {
    kind: "list",
    resource: selection.resource,
    objects,
    revision,
    continueToken: isLast ? "" : formatContinueToken({ revision, startAfter }),
    remainingCount: isLast || !isUnfiltered(selection) ? undefined : remainingCount,
  };
}
