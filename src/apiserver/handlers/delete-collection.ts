import { hasReason } from "#api";
import { selectionOf } from "../objects/selection.ts";
import type { StoredObject } from "../objects/stored-object.ts";
import { parseListOptions } from "../request/read-options.ts";
import type { Handler } from "../request/request-context.ts";
import { deleteAdmitted, readDeletionOptions } from "./delete.ts";
import { listSelected } from "./list.ts";

/**
 * `DELETE …/{resource}`: the end of all that is selected, one by one. Not atomic: a refusal leaves
 * those before it deleted. What vanishes meanwhile is fine.
 */
export const deleteCollection: Handler = async (parts, context) => {
  const { resource, target, signal } = context;
  const options = await readDeletionOptions(context);
  const listOptions = parseListOptions(target.query);
  const selection = selectionOf(resource, { ...target, ...listOptions });
  const list = await listSelected(parts, selection, listOptions, signal);
  const deleted: StoredObject[] = [];
  for (const { key } of list.objects) {
    try {
      deleted.push((await deleteAdmitted(parts, context, key, options)).object);
    } catch (error) {
      if (!hasReason(error, "NotFound")) throw error;
    }
  }
  return { ...list, objects: deleted };
};
