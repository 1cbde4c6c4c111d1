import { field, standardVerbs, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const ingressClassParametersReference = type("IngressClassParametersReference", "", {
  apiGroup: field(1, string, "").pointer(),
  kind: field(2, string, "").required(),
  name: field(3, string, "").required(),
  scope: field(4, string, "").pointer(),
  namespace: field(5, string, "").pointer(),
});
export interface IngressClassParametersReference
  extends TypeOf<typeof ingressClassParametersReference> {}

export const ingressClassSpec = type("IngressClassSpec", "", {
  controller: field(1, string, ""),
  parameters: field(2, ingressClassParametersReference, "").pointer(),
});
export interface IngressClassSpec extends TypeOf<typeof ingressClassSpec> {}

export const ingressClass = kind(
  "IngressClass",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, ingressClassSpec, ""),
  },
  { name: "ingressclasses", singular: "ingressclass", namespaced: false, verbs: standardVerbs },
);
export interface IngressClass extends TypeOf<typeof ingressClass> {}
