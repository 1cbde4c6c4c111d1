/** Lists as tables, the way kubectl shows them: columns and cells are the printers' business. */

import type { JsonObject, JsonValue } from "#api";
import type { StoredObject } from "../objects/stored-object.ts";
import { metadataOf } from "../objects/metadata.ts";
import type { Resource } from "../registry/resource.ts";
import type { Presentation } from "../respond/presentation.ts";
import { metadataViewOf } from "./metadata-view.ts";

export interface TableRows {
  readonly resource: Resource;
  readonly objects: readonly StoredObject[];
  /** Ages are told as of this time. */
  readonly nowMs: number;
  /** The list's own. */
  readonly metadata: JsonObject;
}

export function tableOf(rows: TableRows, presentation: Presentation): JsonObject {
  return {
    kind: "Table",
    apiVersion: presentation.viewVersion,
    metadata: rows.metadata,
    columnDefinitions: defaultColumns,
    rows: rows.objects.map((object) => rowOf(object, presentation)),
  };
}

function rowOf(object: StoredObject, presentation: Presentation): JsonObject {
  const { name = "", creationTimestamp = "" } = metadataOf(object.value);
  return { cells: [name, creationTimestamp], ...rowObject(object, presentation) };
}

function rowObject(object: StoredObject, presentation: Presentation): { object?: JsonValue } {
  switch (presentation.includeObject) {
    case "None":
      return {};
    case "Metadata":
      return { object: metadataViewOf(object.value, presentation) };
    case "Object":
      return { object: object.value };
  }
}

const defaultColumns = [
  {
    name: "Name",
    type: "string",
    format: "name",
    description: "Name of the object, unique within its namespace.",
    priority: 0,
  },
  {
    name: "Created At",
    type: "date",
    format: "",
    description: "When the object was created.",
    priority: 0,
  },
];
