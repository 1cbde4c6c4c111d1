import {
  boolean,
  bytes,
  field,
  mapOf,
  standardVerbs,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind } from "./package.ts";

export const secret = kind(
  "Secret",
  "",
  {
    metadata: field(1, objectMeta, ""),
    data: field(2, mapOf(bytes), ""),
    type: field(3, string, ""),
    stringData: field(4, mapOf(string), ""),
    immutable: field(5, boolean, "").pointer(),
  },
  { name: "secrets", singular: "secret", namespaced: true, verbs: standardVerbs },
);
export interface Secret extends TypeOf<typeof secret> {}
