import { field, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { deleteOptions } from "../../meta/v1/options.ts";
import { kind } from "./package.ts";

export const eviction = kind("Eviction", "", {
  metadata: field(1, objectMeta, ""),
  deleteOptions: field(2, deleteOptions, "").pointer(),
});
export interface Eviction extends TypeOf<typeof eviction> {}
