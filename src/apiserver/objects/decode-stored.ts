import type { Fields, JsonObject, JsonValue, KindSchema, ObjectOf } from "#api";
import type { LabelSelector, ObjectMeta } from "#api/meta/v1";

/** Metadata of an object that was decoded by its declaration. */
export function decodedMetadata(metadata: JsonValue | undefined): ObjectMeta {
  return (metadata ?? {}) as ObjectMeta;
}

/** The label selector of an object that was decoded by its declaration. */
export function decodedSelector(selector: JsonValue): LabelSelector {
  return selector as LabelSelector;
}

/** A map of labels of an object that was decoded by its declaration. */
export function decodedLabels(labels: JsonValue): Readonly<Record<string, string>> {
  return labels as Readonly<Record<string, string>>;
}

/** An object in the static type of the kind that decoded it. */
export function decodedAs<F extends Fields>(_kind: KindSchema<F>, object: JsonObject): ObjectOf<F> {
  return object as ObjectOf<F>;
}
