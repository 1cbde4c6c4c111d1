import type { AnyKind, JsonObject, ObjectKey } from "#api";
import type { AdmissionRequest } from "../admission.ts";
import type { RequestContext } from "../request/request-context.ts";

export interface AdmissionFacts {
  readonly operation: AdmissionRequest["operation"];
  readonly key: ObjectKey;
  readonly object: JsonObject | undefined;
  readonly oldObject: JsonObject | undefined;
  readonly dryRun: "all" | "none";
  /** The kind of `object`, where it is not the resource's own. */
  readonly kind?: AnyKind;
}

/** A request as the admission plugins see it. */
export function admissionRequest(context: RequestContext, facts: AdmissionFacts): AdmissionRequest {
  const { resource, target, user } = context;
  return {
    operation: facts.operation,
    user,
    resource,
    subresource: target.subresource,
    kind: facts.kind ?? resource.kind,
    key: facts.key,
    object: facts.object,
    oldObject: facts.oldObject,
    options: {},
    dryRun: facts.dryRun === "all",
    warn: context.warn,
  };
}
