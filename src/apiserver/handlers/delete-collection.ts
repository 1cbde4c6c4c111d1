import { hasReason, type ObjectKey } from "#api";
import { mapConcurrent } from "#base";
import { selectionOf } from "../objects/selection.ts";
import type { StoredObject } from "../objects/stored-object.ts";
import { parseListOptions } from "../request/read-options.ts";
import type { Handler, RequestContext, ServerParts } from "../request/request-context.ts";
import type { DeletionOptions } from "../request/write-options.ts";
import { deleteAdmitted, readDeletionOptions } from "./delete.ts";
import { listSelected } from "./list.ts";

/** So many deletions are under way at once: the store makes them durable together. */
const concurrencyMax = 64;

/**
 * `DELETE …/{resource}`: the end of all that is selected. Not atomic: a refusal leaves those before it
 * deleted. What vanishes meanwhile is fine.
 */
export const deleteCollection: Handler = async (parts, context) => {
  const { resource, target, signal } = context;
  const options = await readDeletionOptions(context);
  const listOptions = parseListOptions(target.query);
  const selection = selectionOf(resource, { ...target, ...listOptions });
  const list = await listSelected(parts, selection, listOptions, signal);
  const outcomes = await mapConcurrent(list.objects, concurrencyMax, ({ key }) =>
    deleteIfPresent(parts, context, key, options),
  );
  return { ...list, objects: outcomes.filter((object) => object !== undefined) };
};

async function deleteIfPresent(
  parts: ServerParts,
  context: RequestContext,
  key: ObjectKey,
  options: DeletionOptions,
): Promise<StoredObject | undefined> {
  try {
    return (await deleteAdmitted(parts, context, key, options)).object;
  } catch (error) {
    if (!hasReason(error, "NotFound")) throw error;
    return undefined;
  }
}
