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
  "Confidential values for pods, as keys and values.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    data: field(2, mapOf(bytes), "The values, base64 encoded."),
    type: field(
      3,
      string,
      "What the values are for, such as kubernetes.io/tls; Opaque by default.",
    ),
    stringData: field(
      4,
      mapOf(string),
      "Values to write as plain text; they are merged into data and never returned.",
    ),
    immutable: field(5, boolean, "Whether the data cannot be changed any more.").pointer(),
  },
  { name: "secrets", singular: "secret", namespaced: true, verbs: standardVerbs },
);
export interface Secret extends TypeOf<typeof secret> {}
