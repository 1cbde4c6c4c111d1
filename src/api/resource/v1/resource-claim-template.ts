import { field, standardVerbs, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { resourceClaimSpec } from "./parts.ts";
import { kind, type } from "./package.ts";

export const resourceClaimTemplateSpec = type("ResourceClaimTemplateSpec", "", {
  metadata: field(1, objectMeta, ""),
  spec: field(2, resourceClaimSpec, "").required(),
});
export interface ResourceClaimTemplateSpec extends TypeOf<typeof resourceClaimTemplateSpec> {}

export const resourceClaimTemplate = kind(
  "ResourceClaimTemplate",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, resourceClaimTemplateSpec, "").required(),
  },
  {
    name: "resourceclaimtemplates",
    singular: "resourceclaimtemplate",
    namespaced: true,
    verbs: standardVerbs,
  },
);
export interface ResourceClaimTemplate extends TypeOf<typeof resourceClaimTemplate> {}
