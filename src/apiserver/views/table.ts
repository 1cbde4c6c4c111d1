/** Lists as tables, the way kubectl shows them: columns and cells are the printers' business. */

import type { JsonObject, JsonValue } from "#api";
import { metadataOf } from "../objects/metadata.ts";
import type { StoredObject } from "../objects/stored-object.ts";
import type { Printer } from "../printers/column.ts";
import { printerFor } from "../printers/printers.ts";
import type { Resource } from "../registry/resource.ts";
import type { Presentation } from "../respond/presentation.ts";
import { metadataViewOf } from "./metadata-view.ts";

export interface TableRows {
  readonly resource: Pick<Resource, "kind">;
  readonly objects: readonly Pick<StoredObject, "value">[];
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
    columnDefinitions: columnsOf(printer),
    rows: rows.objects.map(({ value }) => rowOf(printer, value, rows.nowMs, presentation)),
  };
}

/** One event of a watch as a table of one row. */
export function tableEventOf(
  resource: Pick<Resource, "kind">,
  object: JsonObject,
  { presentation, position, nowMs }: TableEvent,
): JsonObject {
  const printer = printerFor(resource.kind);
  const { resourceVersion } = metadataOf(object);
  return {
    kind: "Table",
    apiVersion: presentation.viewVersion,
    metadata: { resourceVersion },
    columnDefinitions: position === "first" ? columnsOf(printer) : [],
    rows: [rowOf(printer, object, nowMs, presentation)],
  };
}

export interface TableEvent {
  readonly presentation: Presentation;
  /** Columns are told once, with the first event. */
  readonly position: "first" | "later";
  readonly nowMs: number;
}

function columnsOf(printer: Printer): readonly JsonObject[] {
  return printer.columns.map((column) => ({ ...column }));
}

function rowOf(
  printer: Printer,
  object: JsonObject,
  nowMs: number,
  presentation: Presentation,
): JsonObject {
  const conditions = printer.conditionsOf(object).map((condition) => ({ ...condition }));
  return {
    cells: [...printer.cellsOf(object, nowMs)],
    ...(conditions.length === 0 ? {} : { conditions }),
    ...rowObject(object, presentation),
  };
}

function rowObject(object: JsonObject, presentation: Presentation): { object?: JsonValue } {
  switch (presentation.includeObject) {
    case "None":
      return {};
    case "Metadata":
      return { object: metadataViewOf(object, presentation) };
    case "Object":
      return { object };
  }
}
