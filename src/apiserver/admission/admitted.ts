/** What admission plugins have in common: which requests concern them, and how they refuse. */

import { type Fields, forbidden, type KindSchema, type ObjectOf, type StatusError } from "#api";
import type { AdmissionRequest } from "../admission.ts";
import { decodedAs } from "../objects/decode-stored.ts";

/** The object that is written, in its own type; undefined when the request is about another kind. */
export function findWritten<F extends Fields>(
  request: AdmissionRequest,
  kind: KindSchema<F>,
): ObjectOf<F> | undefined {
  if (request.kind !== kind || request.subresource !== "") return undefined;
  return request.object === undefined ? undefined : decodedAs(kind, request.object);
}

/** The object as it was before; undefined when it is new or of another kind. */
export function findReplaced<F extends Fields>(
  { kind: found, oldObject }: AdmissionRequest,
  kind: KindSchema<F>,
): ObjectOf<F> | undefined {
  return found === kind && oldObject !== undefined ? decodedAs(kind, oldObject) : undefined;
}

/** The refusal of a request: `pods "web" is forbidden: …`. */
export function refused({ resource, key }: AdmissionRequest, why: string): StatusError {
  return forbidden(resource, key.name, why);
}
