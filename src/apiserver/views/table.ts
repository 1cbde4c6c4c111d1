/** Lists as tables, the way kubectl shows them: columns and cells are the printers' business. */

import type { JsonObject, JsonValue } from "#api";
import type { StoredObject } from "../objects/stored-object.ts";
import type { Printer } from "../printers/column.ts";
import { printerFor } from "../printers/printers.ts";
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
  const printer = printerFor(rows.resource.kind);
  return {
    kind: "Table",
    apiVersion: presentation.viewVersion,
    metadata: rows.metadata,
    columnDefinitions: printer.columns.map((column) => ({ ...column })),
    rows: rows.objects.map((object) => ({
      ...cellsOf(printer, object, rows.nowMs),
      ...rowObject(object, presentation),
    })),
  };
}

function cellsOf(printer: Printer, object: StoredObject, nowMs: number): JsonObject {
  const conditions = printer.conditionsOf(object.value).map((condition) => ({ ...condition }));
  const cells = [...printer.cellsOf(object.value, nowMs)];
  return conditions.length === 0 ? { cells } : { cells, conditions };
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
