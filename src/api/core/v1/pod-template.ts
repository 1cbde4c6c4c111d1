import { field, standardVerbs, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { podTemplateSpec } from "./pod-spec.ts";
import { kind } from "./package.ts";

export const podTemplate = kind(
  "PodTemplate",
  "A template for pods, stored on its own.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    template: field(2, podTemplateSpec, "The template."),
  },
  { name: "podtemplates", singular: "podtemplate", namespaced: true, verbs: standardVerbs },
);
export interface PodTemplate extends TypeOf<typeof podTemplate> {}
