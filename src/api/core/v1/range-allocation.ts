import { bytes, field, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { objectReference } from "./reference.ts";
import { kind } from "./package.ts";

export const rangeAllocation = kind("RangeAllocation", "Which parts of a range are taken.", {
  metadata: field(1, objectMeta, "Standard metadata."),
  range: field(2, string, "The range, in the notation of its resource.").always(),
  data: field(3, bytes, "A bit for each part.").always(),
});
export interface RangeAllocation extends TypeOf<typeof rangeAllocation> {}

export const serializedReference = kind("SerializedReference", "A reference to an object.", {
  reference: field(1, objectReference, "The object."),
});
export interface SerializedReference extends TypeOf<typeof serializedReference> {}
