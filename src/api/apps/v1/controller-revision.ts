import { field, int64, rawExtension, standardVerbs, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind } from "./package.ts";

export const controllerRevision = kind(
  "ControllerRevision",
  "An immutable snapshot of a workload's template, kept for updates and rollbacks.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    data: field(2, rawExtension, "The snapshot."),
    revision: field(3, int64, "Number of the snapshot; later ones are higher.").required(),
  },
  {
    name: "controllerrevisions",
    singular: "controllerrevision",
    namespaced: true,
    verbs: standardVerbs,
  },
);
export interface ControllerRevision extends TypeOf<typeof controllerRevision> {}
