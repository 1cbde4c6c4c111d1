import {
  applyConfiguration,
  badRequest,
  formatTime,
  hasReason,
  invalid,
  type JsonObject,
  type JsonValue,
  parseYaml,
  ValueError,
  writeTargetOf,
} from "#api";
import { withoutSystemFields } from "../objects/object-content.ts";
import type { UpdateTarget } from "../registry/behavior.ts";
import type { RequestContext, ServerParts } from "../request/request-context.ts";
import type { WriteOptions } from "../request/write-options.ts";
import { answerObject, type ObjectAnswer } from "../respond/answer.ts";
import { createAdmitted } from "./create.ts";
import { updateAdmitted } from "./update.ts";

export interface ApplyPatch {
  readonly scope: UpdateTarget;
  readonly options: WriteOptions;
  readonly bytes: Uint8Array;
}

/** Server-side apply: the object comes into being if it is not there. */
export async function applyServerSide(
  parts: ServerParts,
  context: RequestContext,
  { scope, options, bytes }: ApplyPatch,
): Promise<ObjectAnswer> {
  if (options.fieldManager === "") throw managerRequired();
  const { resource, target } = context;
  const config = decodeConfiguration(bytes);
  const apply = (live: JsonObject) =>
    applyConfiguration({
      target: writeTargetOf(resource.kind, target.subresource),
      live,
      config,
      manager: options.fieldManager,
      onConflict: options.force === "given" ? "take" : "refuse",
      time: formatTime(parts.clock.nowMs()),
    });
  const change = { scope, options, unversioned: "replaces", ownership: "stated", apply } as const;
  try {
    return answerObject((await updateAdmitted(parts, context, change)).object);
  } catch (error) {
    if (scope !== "object" || !hasReason(error, "NotFound")) throw error;
    const object = withoutSystemFields(apply({}));
    const draft = { object, options, key: target, ownership: "stated" } as const;
    return answerObject(await createAdmitted(parts, context, draft), 201);
  }
}

function decodeConfiguration(bytes: Uint8Array): JsonValue {
  try {
    const [first] = parseYaml(new TextDecoder().decode(bytes));
    return first?.value ?? null;
  } catch (error) {
    if (error instanceof ValueError) throw badRequest(`error decoding YAML: ${error.message}`);
    throw error;
  }
}

function managerRequired(): Error {
  return invalid({ group: "meta.k8s.io", name: "PatchOptions" }, "", [
    {
      field: "fieldManager",
      reason: "FieldValueRequired",
      message: "Required value: is required for apply patch",
    },
  ]);
}
