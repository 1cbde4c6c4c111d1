import {
  applyConfiguration,
  badRequest,
  conflict,
  formatTime,
  hasReason,
  invalid,
  type JsonObject,
  type JsonValue,
  parseYaml,
  textAt,
  ValueError,
} from "#api";
import { withoutSystemFields } from "../objects/object-content.ts";
import type { UpdateTarget } from "../registry/behavior.ts";
import type { RequestContext, ServerParts } from "../request/request-context.ts";
import type { WriteOptions } from "../request/write-options.ts";
import { answerObject, type ObjectAnswer } from "../respond/answer.ts";
import { fieldTargetOf } from "./field-target.ts";
import { authorizeCreate } from "./authorize-create.ts";
import { createAdmitted } from "./create.ts";
import { updateAdmitted } from "./update.ts";

/** How often an object may vanish and come back meanwhile. */
const attemptCountMax = 5;

export interface ApplyPatch {
  readonly scope: UpdateTarget;
  readonly options: WriteOptions;
  readonly bytes: Uint8Array;
  /** What of the result an endpoint for one part of the object lets through; all, where it is absent. */
  readonly settle?: (applied: JsonObject, live: JsonObject) => JsonObject;
}

/** Server-side apply: the object comes into being if it is not there. */
export async function applyServerSide(
  parts: ServerParts,
  context: RequestContext,
  { scope, options, bytes, settle = (applied) => applied }: ApplyPatch,
): Promise<ObjectAnswer> {
  if (options.fieldManager === "") throw managerRequired();
  const { resource, target } = context;
  const config = decodeConfiguration(bytes);
  const applied = (live: JsonObject) =>
    applyConfiguration({
      target: fieldTargetOf(resource, target.subresource),
      live,
      config,
      manager: options.fieldManager,
      onConflict: options.force === "given" ? "take" : "refuse",
      time: formatTime(parts.clock.nowMs()),
    });
  const apply = (live: JsonObject) => settle(applied(live), live);
  const change = { scope, options, unversioned: "replaces", ownership: "stated", apply } as const;
  for (let attempt = 1; ; attempt++) {
    try {
      return answerObject((await updateAdmitted(parts, context, change)).object);
    } catch (error) {
      if (scope !== "object" || !hasReason(error, "NotFound")) throw error;
    }
    refuseUid(context, config);
    await authorizeCreate(parts, context);
    const object = withoutSystemFields(apply({}));
    const draft = { object, options, key: target, ownership: "stated" } as const;
    try {
      return answerObject(await createAdmitted(parts, context, draft), 201);
    } catch (error) {
      // Another client was faster: what it made is to be changed.
      if (!hasReason(error, "AlreadyExists") || attempt === attemptCountMax) throw error;
    }
  }
}

/** Who names an object by its uid wants that very one, and no new one. */
function refuseUid({ resource, target }: RequestContext, config: JsonValue): void {
  const uid = textAt(config, "metadata", "uid");
  if (uid === "") return;
  const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
  throw conflict(resource.resourceName, target.name, why);
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
