import { field, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { deleteOptions } from "../../meta/v1/options.ts";
import { kind } from "./package.ts";

export const eviction = kind("Eviction", "Removes a pod unless a disruption budget forbids it.", {
  metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
  deleteOptions: field(2, deleteOptions, "How the pod is to be deleted.").pointer(),
});
export interface Eviction extends TypeOf<typeof eviction> {}
