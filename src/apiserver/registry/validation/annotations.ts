import { labelKeyProblems } from "#api";
import { invalidFor, type Problems, tooLong } from "./problems.ts";

/** All keys and values together. */
const annotationBytesMax = 256 * 1024;

export function* annotationsProblems(
  field: string,
  annotations: Readonly<Record<string, string>>,
): Problems {
  const encoder = new TextEncoder();
  let byteCount = 0;
  for (const [key, value] of Object.entries(annotations)) {
    // Upstream lets keys have capitals in their prefix.
    yield* invalidFor(field, key, labelKeyProblems(key.toLowerCase()));
    byteCount += encoder.encode(key).length + encoder.encode(value).length;
  }
  if (byteCount > annotationBytesMax) yield tooLong(field, annotationBytesMax);
}
