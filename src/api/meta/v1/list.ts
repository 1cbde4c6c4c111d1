import { field, listOf, rawExtension, type TypeOf } from "../../schema/schema.ts";
import { listMeta } from "./list-meta.ts";
import { kind } from "./package.ts";

export const list = kind("List", "Objects of any kinds.", {
  metadata: field(1, listMeta, "Metadata of the list."),
  items: field(2, listOf(rawExtension), "The objects.").required(),
});
export interface List extends TypeOf<typeof list> {}
