import {
  type AnyKind,
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  asJsonObject,
  badRequest,
  decodeJsonPatch,
  decodeValue,
  type FieldValidation,
  invalid,
  type JsonObject,
  type JsonValue,
  StatusError,
} from "#api";
import { bodyMediaType, findHeader, readBody, requestBodyBytesMax } from "#http";
import { metadataOf } from "../objects/metadata.ts";
import { decodeJsonValue } from "../request/decode-json-value.ts";
import type { UpdateTarget } from "../registry/behavior.ts";
import type { Handler, RequestContext, ServerParts } from "../request/request-context.ts";
import { parseWriteOptions, type WriteOptions } from "../request/write-options.ts";
import { answerObject, type ObjectAnswer } from "../respond/answer.ts";
import { applyServerSide } from "./apply.ts";
import { updateAdmitted } from "./update.ts";

export const jsonPatchType = "application/json-patch+json";
export const mergePatchType = "application/merge-patch+json";
export const strategicPatchType = "application/strategic-merge-patch+json";
export const applyPatchType = "application/apply-patch+yaml";

const patchTypes = [jsonPatchType, mergePatchType, strategicPatchType, applyPatchType];

/** `PATCH …/{resource}/{name}` */
export const patchObject: Handler = (parts, context) => patch(parts, context, "object");

/** `PATCH …/{resource}/{name}/status` */
export const patchStatus: Handler = (parts, context) => patch(parts, context, "status");

async function patch(
  parts: ServerParts,
  context: RequestContext,
  scope: UpdateTarget,
): Promise<ObjectAnswer> {
  const options = parseWriteOptions(context.target.query, "PatchOptions");
  const { type, bytes } = await readPatch(context, options);
  if (type === applyPatchType) return applyServerSide(parts, context, { scope, options, bytes });
  const apply = patcherOf(context, context.resource.kind, options, { type, bytes });
  const change = { scope, options, unversioned: "replaces", ownership: "tracked", apply } as const;
  return answerObject((await updateAdmitted(parts, context, change)).object);
}

/** A patch as it was sent. */
export interface SentPatch {
  readonly type: string;
  readonly bytes: Uint8Array;
}

export async function readPatch(
  context: RequestContext,
  options: WriteOptions,
): Promise<SentPatch> {
  const type = patchTypeOf(context);
  if (options.force === "given" && type !== applyPatchType) throw forceForbidden();
  return { type, bytes: await readBody(context.request, requestBodyBytesMax) };
}

/** What a patch other than an apply makes of an object of `kind`. */
export function patcherOf(
  context: RequestContext,
  kind: AnyKind,
  options: WriteOptions,
  { type, bytes }: SentPatch,
): (current: JsonObject) => JsonObject {
  const document = decodeJsonValue(new TextDecoder().decode(bytes));
  return (current) => {
    const patched = applyPatch(kind, { type, document }, current);
    return decodePatched(context, kind, { patched, bytes, mode: options.fieldValidation });
  };
}

/** A patch in a document: what it does to an object depends on its type. */
interface DecodedPatch {
  readonly type: string;
  readonly document: JsonValue;
}

function patchTypeOf({ request }: RequestContext): string {
  const stated = findHeader(request.headers, "content-type");
  if (stated === undefined || stated === "") return bodyMediaType("none/none", patchTypes);
  return bodyMediaType(stated, patchTypes);
}

/** The object as the patch makes it, not yet checked against its declaration. */
function applyPatch(
  kind: AnyKind,
  { type, document }: DecodedPatch,
  current: JsonObject,
): JsonObject {
  switch (type) {
    case jsonPatchType:
      return objectOf(applyJsonPatch(current, decodeJsonPatch(document).operations));
    case mergePatchType:
      return applyMergePatch(current, document);
    case strategicPatchType:
      return applyStrategicMergePatch(kind, current, document);
    default:
      throw new StatusError("UnsupportedMediaType", `patches of type ${type} are not supported`);
  }
}

interface PatchResult {
  readonly patched: JsonObject;
  /** The patch, for the error. */
  readonly bytes: Uint8Array;
  readonly mode: FieldValidation;
}

/** Throws for what the patch made that the kind does not know; its name may not change. */
function decodePatched(
  context: RequestContext,
  kind: AnyKind,
  { patched, bytes, mode }: PatchResult,
): JsonObject {
  const { target } = context;
  const lenient = mode === "ignore" ? "ignore" : "warn";
  const { object, warnings } = decodeValue(kind, patched, { mode: lenient });
  if (mode === "strict" && warnings.length > 0) {
    const shown = JSON.stringify(new TextDecoder().decode(bytes));
    const why = `strict decoding error: ${warnings.join(", ")}`;
    const message = `Invalid value: ${shown}: ${why}`;
    throw invalid({ group: "", name: "" }, "", [
      { field: "patch", reason: "FieldValueInvalid", message },
    ]);
  }
  for (const warning of warnings) context.warn(warning);
  const decoded = asJsonObject(object);
  const { name = "" } = metadataOf(decoded);
  if (name !== target.name) {
    throw badRequest(
      `the name of the object (${name}) does not match the name on the URL (${target.name})`,
    );
  }
  return decoded;
}

function objectOf(value: JsonValue): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return asJsonObject(value);
  }
  throw badRequest("the patched document is not an object");
}

function forceForbidden(): StatusError {
  return invalid({ group: "meta.k8s.io", name: "PatchOptions" }, "", [
    {
      field: "force",
      reason: "FieldValueForbidden",
      message: "Forbidden: may not be specified for non-apply patch",
    },
  ]);
}
