import { listMeta } from "./meta/v1/list-meta.ts";
import { type AnyKind, declarationsOf, field, type Fields, listOf } from "./schema/schema.ts";

/** The kind of a list of `item`: `PodList` of `Pod`. */
export function listKindOf(item: AnyKind): AnyKind {
  const { kind } = declarationsOf(item.package);
  const fields: Fields = {
    metadata: field(1, listMeta, "Metadata of the list."),
    items: field(2, listOf(item), "The objects.").required(),
  };
  return kind(`${item.kind}List`, `A list of ${item.kind} objects.`, fields);
}
