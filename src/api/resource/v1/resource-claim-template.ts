import { field, standardVerbs, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { resourceClaimSpec } from "./parts.ts";
import { kind, type } from "./package.ts";

export const resourceClaimTemplateSpec = type(
  "ResourceClaimTemplateSpec",
  "What the claims are made from.",
  {
    metadata: field(1, objectMeta, "Labels and annotations of the claims."),
    spec: field(2, resourceClaimSpec, "What the claims ask for.").required(),
  },
);
export interface ResourceClaimTemplateSpec extends TypeOf<typeof resourceClaimTemplateSpec> {}

export const resourceClaimTemplate = kind(
  "ResourceClaimTemplate",
  "A template for claims that pods get of their own.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, resourceClaimTemplateSpec, "The desired state.").required(),
  },
  {
    name: "resourceclaimtemplates",
    singular: "resourceclaimtemplate",
    namespaced: true,
    verbs: standardVerbs,
  },
);
export interface ResourceClaimTemplate extends TypeOf<typeof resourceClaimTemplate> {}
