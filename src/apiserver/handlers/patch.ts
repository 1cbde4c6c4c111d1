import {
  type AnyKind,
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  asJsonObject,
  badRequest,
  decodeDocument,
  decodeJsonPatch,
  decodeValue,
  type FieldValidation,
  formatGoValue,
  formatSortedJson,
  hasReason,
  invalid,
  type JsonObject,
  type JsonValue,
  StatusError,
} from "#api";
import { bodyMediaType, findHeader, readBody, requestBodyBytesMax } from "#http";
import { metadataOf } from "../objects/metadata.ts";
import type { UpdateTarget } from "../registry/behavior.ts";
import type { Handler, RequestContext, ServerParts } from "../request/request-context.ts";
import { parseWriteOptions, type WriteOptions } from "../request/write-options.ts";
import { answerObject, type ObjectAnswer } from "../respond/answer.ts";
import { applyServerSide } from "./apply.ts";
import { updateAdmitted } from "./update.ts";

const jsonPatchType = "application/json-patch+json";
const mergePatchType = "application/merge-patch+json";
const strategicPatchType = "application/strategic-merge-patch+json";
export const applyPatchType = "application/apply-patch+yaml";

const patchTypes = [jsonPatchType, mergePatchType, strategicPatchType, applyPatchType];
const customPatchTypes = [jsonPatchType, mergePatchType, applyPatchType];

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
  const text = new TextDecoder().decode(bytes);
  const step = type === strategicPatchType ? "" : "error decoding patch: ";
  const { value: document, duplicates } = decodeDocument(text, step);
  const patch = decodePatch(kind, type, document);
  const prefix = type === jsonPatchType ? "json patch duplicate field" : "duplicate field";
  const strictErrors = [
    ...duplicates.map((path) => `${prefix} ${JSON.stringify(path)}`),
    ...patch.strictErrors,
  ];
  return (current) => {
    const patched = patch.apply(current);
    // Upstream shows the patch that it merged, and the object that it got from any other.
    const shown = () =>
      type === strategicPatchType ? formatGoValue(document) : formatSortedJson(patched);
    return decodePatched(context, kind, {
      patched,
      shown,
      strictErrors,
      mode: options.fieldValidation,
    });
  };
}

function patchTypeOf({ request, resource }: RequestContext): string {
  const taken = resource.kind.package.isCustom === true ? customPatchTypes : patchTypes;
  const stated = findHeader(request.headers, "content-type");
  if (stated === undefined || stated === "") return bodyMediaType("none/none", taken);
  return bodyMediaType(stated, taken);
}

/** A patch that was decoded: what it does to an object depends on its type. */
interface DecodedPatch {
  /** What strict field validation has against the patch itself. */
  readonly strictErrors: readonly string[];
  /** The object as the patch makes it, not yet checked against its declaration. */
  apply(current: JsonObject): JsonObject;
}

function decodePatch(kind: AnyKind, type: string, document: JsonValue): DecodedPatch {
  switch (type) {
    case jsonPatchType: {
      const { operations, strictErrors } = decodeJsonPatch(document);
      return { strictErrors, apply: (current) => objectOf(applyJsonPatch(current, operations)) };
    }
    case mergePatchType:
      return { strictErrors: [], apply: (current) => applyMergePatch(current, document) };
    case strategicPatchType:
      return {
        strictErrors: [],
        apply: (current) => applyStrategicMergePatch(kind, current, document),
      };
    default:
      throw new StatusError("UnsupportedMediaType", `patches of type ${type} are not supported`);
  }
}

interface PatchResult {
  readonly patched: JsonObject;
  /** What an error shows as the invalid value. */
  readonly shown: () => string;
  readonly strictErrors: readonly string[];
  readonly mode: FieldValidation;
}

/** Throws for what the patch made that the kind does not know; its name may not change. */
function decodePatched(context: RequestContext, kind: AnyKind, result: PatchResult): JsonObject {
  const { target } = context;
  const { object, warnings: unknown } = decodeResult(kind, result);
  const warnings = result.mode === "ignore" ? [] : [...result.strictErrors, ...unknown];
  if (result.mode === "strict" && warnings.length > 0) {
    throw invalidPatch(result.shown(), `strict decoding error: ${warnings.join(", ")}`);
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

function decodeResult(kind: AnyKind, { patched, shown, mode }: PatchResult) {
  try {
    return decodeValue(kind, patched, { mode: mode === "ignore" ? "ignore" : "warn" });
  } catch (error) {
    // A patch that makes what is no object of the kind is to blame, not the request as such.
    if (!hasReason(error, "BadRequest")) throw error;
    throw invalidPatch(shown(), error.message);
  }
}

function invalidPatch(shown: string, why: string): StatusError {
  const message = `Invalid value: ${JSON.stringify(shown)}: ${why}`;
  return invalid({ group: "", name: "" }, "", [
    { field: "patch", reason: "FieldValueInvalid", message },
  ]);
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
