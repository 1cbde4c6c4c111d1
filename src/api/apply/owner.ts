/** The owners of an object's fields: `metadata.managedFields` decoded. */

import { compareText } from "#base";
import type { JsonObject, JsonValue } from "../schema/schema.ts";
import {
  formatSortedJson,
  isJsonList,
  isJsonObject,
  memberOf,
  membersOf,
  textAt,
} from "../json-value.ts";
import { emptyFieldSet, type FieldSet } from "./field-set.ts";
import { formatFieldsV1, parseFieldsV1 } from "./fields-v1.ts";

/** One manager's fields. */
export interface Owner {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  /** The version in which `fields` are to be read. */
  readonly apiVersion: string;
  /** Empty for the main resource. */
  readonly subresource: string;
  /** RFC 3339; absent for owners whose apply has changed nothing yet. */
  readonly time: string | undefined;
  readonly fields: FieldSet;
  /** `fields` as they are stored, so that what does not change need not be written anew. */
  readonly written: JsonObject | undefined;
}

/** The owner with other fields. */
export function withFields(owner: Owner, fields: FieldSet): Owner {
  return fields === owner.fields ? owner : { ...owner, fields, written: undefined };
}

/** Owners by identity, see `ownerIdOf`. */
export type Owners = ReadonlyMap<string, Owner>;

type OwnerIdentity = Pick<Owner, "manager" | "operation" | "apiVersion" | "subresource">;

/**
 * What makes two entries the same owner: manager, operation, subresource, and for updates the
 * version. An apply in another version replaces the earlier one.
 */
export function ownerIdOf(owner: OwnerIdentity): string {
  const { manager, operation, apiVersion, subresource } = owner;
  // Upstream's identifier, so that owners sort as they do there: in this order, empty parts left out.
  const parts = [
    ["manager", manager],
    ["operation", operation],
    ["apiVersion", operation === "Apply" ? "" : apiVersion],
    ["subresource", subresource],
  ];
  const texts = parts
    .filter(([, text]) => text !== "")
    .map(([name = "", text = ""]) => `"${name}":${formatSortedJson(text)}`);
  return `{${texts.join(",")}}`;
}

/** Reads `metadata.managedFields`. Throws Error for entries that are malformed. */
export function decodeOwners(object: JsonObject): Owners {
  const entries = managedFieldsOf(object);
  const owners = new Map<string, Owner>();
  if (!isJsonList(entries)) return owners;
  for (const [index, entry] of entries.entries()) {
    const owner = decodeOwner(isJsonObject(entry) ? entry : {}, index);
    owners.set(ownerIdOf(owner), owner);
  }
  return owners;
}

/** `metadata.managedFields` as it stands; undefined when absent. */
export function managedFieldsOf(object: JsonObject): JsonValue | undefined {
  const metadata = memberOf(object, "metadata");
  return isJsonObject(metadata) ? memberOf(metadata, "managedFields") : undefined;
}

function decodeOwner(entry: JsonObject, index: number): Owner {
  const operation = textAt(entry, "operation");
  if (operation !== "Apply" && operation !== "Update") {
    throw new Error("operation must be `Apply` or `Update`");
  }
  const apiVersion = textAt(entry, "apiVersion");
  if (apiVersion === "") throw new Error("apiVersion must not be empty");
  const fieldsType = textAt(entry, "fieldsType");
  if (fieldsType === "") throw new Error(`missing fieldsType in managed fields entry ${index}`);
  if (fieldsType !== "FieldsV1") {
    const type = JSON.stringify(fieldsType);
    throw new Error(`invalid fieldsType ${type} in managed fields entry ${index}`);
  }
  const fields = memberOf(entry, "fieldsV1");
  const time = textAt(entry, "time");
  return {
    manager: textAt(entry, "manager"),
    operation,
    apiVersion,
    subresource: textAt(entry, "subresource"),
    time: time === "" ? undefined : time,
    fields: fields === undefined || fields === null ? emptyFieldSet : parseFieldsV1(fields),
    written: isJsonObject(fields) ? fields : undefined,
  };
}

/** Writes the owners into `metadata.managedFields`, or takes it out when there are none. */
export function withOwners(object: JsonObject, owners: Owners): JsonObject {
  const entries = [...owners.values()].sort(compareOwners).map(encodeOwner);
  const metadata = memberOf(object, "metadata");
  const members = new Map(membersOf(isJsonObject(metadata) ? metadata : {}));
  if (entries.length === 0) members.delete("managedFields");
  else members.set("managedFields", entries);
  return { ...object, metadata: Object.fromEntries(members) };
}

function encodeOwner(owner: Owner): JsonObject {
  return {
    ...(owner.manager === "" ? {} : { manager: owner.manager }),
    operation: owner.operation,
    apiVersion: owner.apiVersion,
    ...(owner.time === undefined ? {} : { time: owner.time }),
    fieldsType: "FieldsV1",
    fieldsV1: owner.written ?? formatFieldsV1(owner.fields),
    ...(owner.subresource === "" ? {} : { subresource: owner.subresource }),
  };
}

function compareOwners(left: Owner, right: Owner): number {
  return (
    compareText(left.operation, right.operation) ||
    timeSecondsOf(left) - timeSecondsOf(right) ||
    compareText(left.manager, right.manager) ||
    compareText(left.apiVersion, right.apiVersion) ||
    compareText(left.subresource, right.subresource)
  );
}

/** When the owner last changed something, in whole seconds; 0 for never. */
export function timeSecondsOf({ time }: Owner): number {
  if (time === undefined) return 0;
  const milliseconds = Date.parse(time);
  return Number.isNaN(milliseconds) ? 0 : Math.floor(milliseconds / 1000);
}
