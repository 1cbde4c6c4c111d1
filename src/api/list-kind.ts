import { listMeta } from "./meta/v1/list-meta.ts";
import { declarationsOf, field, type Fields, type KindSchema, listOf } from "./schema/schema.ts";

/** The kind of a list of `item`: `PodList` of `Pod`. */
export function listKindOf<F extends Fields>(item: KindSchema<F>) {
  const { kind } = declarationsOf(item.package);
  return kind(`${item.kind}List`, `A list of ${item.kind} objects.`, {
    metadata: field(1, listMeta, "Metadata of the list."),
    items: field(2, listOf(item), "The objects.").required(),
  });
}
