/**
 * JSON patch (RFC 6902), with the liberties of the library that kube-apiserver uses (evanphx v4):
 * negative indices count from the end, `replace` also sets an absent member, `add` cannot replace
 * the whole document, and `test` of an absent member against null passes.
 */

import type { JsonValue } from "../schema/schema.ts";
import { badRequest, StatusError } from "../status-error.ts";
import { isEqualJson, isJsonList, isJsonObject, jsonTypeOf, membersOf } from "../json-value.ts";
import { type Container, putMember, WorkingCopy } from "./working-copy.ts";
import { unprocessablePatch } from "./refusal.ts";

export const jsonPatchOperationCountMax = 10_000;
/** Limit for all that the `copy` operations of one patch add, as JSON text. */
const jsonPatchCopyBytesMax = 3 * 1024 * 1024;

/** One step of a JSON patch; members that are absent or of no known name are harmless until used. */
export interface JsonPatchOperation {
  readonly op: string;
  readonly path: string | undefined;
  readonly from: string | undefined;
  readonly value: JsonValue;
}

export interface DecodedJsonPatch {
  readonly operations: readonly JsonPatchOperation[];
  /** What strict field validation objects to, in upstream's words. */
  readonly strictErrors: readonly string[];
}

/** Reads the body of a JSON patch. Throws BadRequest or RequestEntityTooLarge. */
export function decodeJsonPatch(body: JsonValue): DecodedJsonPatch {
  if (body === null) return { operations: [], strictErrors: [] };
  if (!isJsonList(body)) throw undecodable(body, "Go value of type []handlers.jsonPatchOp");
  const count = body.length;
  if (count > jsonPatchOperationCountMax) {
    const limit = `The allowed maximum operations in a JSON patch is ${jsonPatchOperationCountMax}`;
    throw new StatusError("RequestEntityTooLarge", `${limit}, got ${count}`);
  }
  const strictErrors = body.flatMap((step, index) => unknownMembers(step, index));
  return { operations: body.map(decodeOperation), strictErrors };
}

/** Applies `operations` in order; all or nothing. Throws Invalid (422) when one does not apply. */
export function applyJsonPatch(
  document: JsonValue,
  operations: readonly JsonPatchOperation[],
): JsonValue {
  const copy = new WorkingCopy(document);
  const budget: CopyBudget = { usedBytes: 0 };
  for (const operation of operations) applyOperation(copy, operation, budget);
  return copy.root;
}

interface CopyBudget {
  usedBytes: number;
}

function applyOperation(
  copy: WorkingCopy,
  operation: JsonPatchOperation,
  budget: CopyBudget,
): void {
  switch (operation.op) {
    case "add":
      return targetOf(copy, operation).add(operation.value);
    case "remove":
      return targetOf(copy, operation).remove();
    case "replace":
      return replace(copy, operation);
    case "move":
      return move(copy, operation);
    case "copy":
      return copyValue(copy, operation, budget);
    case "test":
      return test(copy, operation);
    default:
      throw unprocessablePatch(`unexpected kind: ${operation.op}`);
  }
}

function replace(copy: WorkingCopy, operation: JsonPatchOperation): void {
  if (operation.path !== "") return targetOf(copy, operation).replace(operation.value);
  if (!isJsonObject(operation.value) && !isJsonList(operation.value)) {
    throw unprocessablePatch("replace operation value must be object or array");
  }
  copy.root = operation.value;
}

function move(copy: WorkingCopy, operation: JsonPatchOperation): void {
  const source = sourceOf(copy, operation);
  const value = source.get() ?? null;
  source.remove();
  targetOf(copy, operation).add(value);
}

function copyValue(copy: WorkingCopy, operation: JsonPatchOperation, budget: CopyBudget): void {
  const value = sourceOf(copy, operation).get() ?? null;
  const target = targetOf(copy, operation);
  budget.usedBytes += textBytes(value);
  if (budget.usedBytes > jsonPatchCopyBytesMax) {
    const size = `the accumulated size increase of copy is ${budget.usedBytes}`;
    throw unprocessablePatch(
      `unable to complete the copy, ${size}, exceeding the limit ${jsonPatchCopyBytesMax}`,
    );
  }
  target.add(cloneOf(value));
}

function test(copy: WorkingCopy, operation: JsonPatchOperation): void {
  const found = operation.path === "" ? copy.root : targetOf(copy, operation).get();
  if (isEqualJson(found ?? null, operation.value)) return;
  throw unprocessablePatch(`testing value ${operation.path} failed`);
}

function targetOf(copy: WorkingCopy, operation: JsonPatchOperation): Slot {
  return slotAt(copy, operation.path, `${operation.op} operation`);
}

function sourceOf(copy: WorkingCopy, operation: JsonPatchOperation): Slot {
  return slotAt(copy, operation.from, `${operation.op} operation, from`);
}

function slotAt(copy: WorkingCopy, pointer: string | undefined, step: string): Slot {
  if (pointer === undefined) throw unprocessablePatch(`${step} is missing its path`);
  const [, ...tokens] = pointer.split("/").map(decodeToken);
  const key = tokens.pop();
  const container = key === undefined ? undefined : copy.containerAt(tokens);
  if (key === undefined || container === undefined) {
    throw unprocessablePatch(`${step} does not apply: document is missing path: ${pointer}`);
  }
  return isList(container) ? listSlot(container, key) : objectSlot(container, key);
}

function decodeToken(token: string): string {
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** A place in a container, to be read or written. */
interface Slot {
  /** The value; undefined when the member is absent. Throws when an index is out of range. */
  get(): JsonValue | undefined;
  add(value: JsonValue): void;
  replace(value: JsonValue): void;
  remove(): void;
}

type MutableList = Extract<Container, unknown[]>;
type MutableObject = Exclude<Container, unknown[]>;

function isList(container: Container): container is MutableList {
  return Array.isArray(container);
}

function objectSlot(object: MutableObject, key: string): Slot {
  const put = (value: JsonValue): void => putMember(object, key, value);
  return {
    get: () => (Object.hasOwn(object, key) ? object[key] : undefined),
    add: put,
    replace: put,
    remove() {
      if (!Object.hasOwn(object, key)) {
        throw unprocessablePatch(`unable to remove nonexistent key: ${key}`);
      }
      delete object[key];
    },
  };
}

function listSlot(list: MutableList, key: string): Slot {
  const existing = (): number => indexOf(key, list.length, list.length - 1);
  return {
    get: () => list[existing()],
    add(value) {
      list.splice(key === "-" ? list.length : indexOf(key, list.length + 1, list.length), 0, value);
    },
    replace(value) {
      list[existing()] = value;
    },
    remove() {
      list.splice(existing(), 1);
    },
  };
}

/** Reads a list index as Go's Atoi would; negative ones count back from `length`. */
function indexOf(token: string, length: number, indexMax: number): number {
  if (!/^[+-]?\d{1,15}$/.test(token)) {
    throw unprocessablePatch(`value was not a proper array index: '${token}'`);
  }
  const written = Number(token);
  const index = written < 0 ? written + length : written;
  if (index < 0 || index > indexMax) {
    throw unprocessablePatch(`unable to access invalid index: ${written}`);
  }
  return index;
}

function decodeOperation(step: JsonValue): JsonPatchOperation {
  if (step === null) return { op: "unknown", path: undefined, from: undefined, value: null };
  if (!isJsonObject(step)) throw undecodable(step, "Go value of type handlers.jsonPatchOp");
  const members = new Map(membersOf(step));
  return {
    op: stringMember(members, "op") ?? "unknown",
    path: stringMember(members, "path"),
    from: stringMember(members, "from"),
    value: members.get("value") ?? null,
  };
}

function stringMember(members: ReadonlyMap<string, JsonValue>, name: string): string | undefined {
  const member = members.get(name);
  if (member === undefined || member === null) return undefined;
  if (typeof member === "string") return member;
  throw undecodable(member, `Go struct field jsonPatchOp.${name} of type string`);
}

const operationMembers: ReadonlySet<string> = new Set(["op", "path", "from", "value"]);

function unknownMembers(step: JsonValue, index: number): string[] {
  if (!isJsonObject(step)) return [];
  const unknown = membersOf(step).filter(([name]) => !operationMembers.has(name));
  return unknown.map(([name]) => `json patch unknown field "[${index}].${name}"`);
}

function undecodable(found: JsonValue, target: string): StatusError {
  const type = jsonTypeOf(found);
  return badRequest(`error decoding patch: json: cannot unmarshal ${type} into ${target}`);
}

/** Roughly the length of the value's JSON text. */
function textBytes(value: JsonValue): number {
  if (isJsonList(value)) return value.reduce<number>((sum, item) => sum + textBytes(item) + 1, 2);
  if (isJsonObject(value)) {
    return membersOf(value).reduce(
      (sum, [name, item]) => sum + name.length + 4 + textBytes(item),
      2,
    );
  }
  return typeof value === "string" ? value.length + 2 : String(value).length;
}

function cloneOf(value: JsonValue): JsonValue {
  if (isJsonList(value)) return value.map(cloneOf);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(membersOf(value).map(([name, member]) => [name, cloneOf(member)]));
}
