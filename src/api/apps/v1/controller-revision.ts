import { field, int64, rawExtension, standardVerbs, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind } from "./package.ts";

export const controllerRevision = kind(
  "ControllerRevision",
  "",
  {
    metadata: field(1, objectMeta, ""),
    data: field(2, rawExtension, ""),
    revision: field(3, int64, "").required(),
  },
  {
    name: "controllerrevisions",
    singular: "controllerrevision",
    namespaced: true,
    verbs: standardVerbs,
  },
);
export interface ControllerRevision extends TypeOf<typeof controllerRevision> {}
