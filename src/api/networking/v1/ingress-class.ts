import { field, standardVerbs, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const ingressClassParametersReference = type(
  "IngressClassParametersReference",
  "An object with parameters of a class.",
  {
    apiGroup: field(1, string, "API group of the kind; absent for the core group.").pointer(),
    kind: field(2, string, "Kind of the object.").required(),
    name: field(3, string, "Name of the object.").required(),
    scope: field(4, string, "Cluster or Namespace.").pointer(),
    namespace: field(5, string, "Namespace of the object, for the scope Namespace.").pointer(),
  },
);
export interface IngressClassParametersReference
  extends TypeOf<typeof ingressClassParametersReference> {}

export const ingressClassSpec = type("IngressClassSpec", "The controller of a class.", {
  controller: field(1, string, "Name of the controller."),
  parameters: field(
    2,
    ingressClassParametersReference,
    "Object with parameters for the controller.",
  ).pointer(),
});
export interface IngressClassSpec extends TypeOf<typeof ingressClassSpec> {}

export const ingressClass = kind(
  "IngressClass",
  "A kind of Ingress and the controller behind it.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, ingressClassSpec, "The desired state."),
  },
  { name: "ingressclasses", singular: "ingressclass", namespaced: false, verbs: standardVerbs },
);
export interface IngressClass extends TypeOf<typeof ingressClass> {}
