/**
 * The notation of printers: a kind, and for each column of its table a name and how a cell comes from
 * an object. Names, types and cells are those of kube-apiserver's printers; the words are ours.
 */

import {
  type AnyKind,
  asObjectOf,
  type Fields,
  formatHumanDuration,
  type JsonObject,
  type KindSchema,
  parseTime,
  type StructValue,
} from "#api";

export type Cell = string | number | boolean;

/** A column as a `Table` describes it. */
export interface ColumnDefinition {
  readonly name: string;
  readonly type: "string" | "integer" | "boolean" | "date";
  /** `name` for the column that clients print as `kind/name`; else empty. */
  readonly format: string;
  readonly description: string;
  /** 0 is always shown; columns with 1 only in wide output. */
  readonly priority: number;
}

export interface Column<T> extends ColumnDefinition {
  cellOf(object: T, nowMs: number): Cell;
}

/** Tells clients of a row that they may leave it out, such as that of a completed pod. */
export interface RowCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** How objects of one kind become rows. */
export interface Printer {
  readonly kind: AnyKind;
  readonly columns: readonly ColumnDefinition[];
  /** One cell for each column, wide ones included. Ages are told as of `nowMs`. */
  cellsOf(object: JsonObject, nowMs: number): readonly Cell[];
  conditionsOf(object: JsonObject): readonly RowCondition[];
}

export function printerOf<F extends Fields>(
  kind: KindSchema<F>,
  columns: readonly Column<StructValue<F>>[],
  conditionsOf: (object: StructValue<F>) => readonly RowCondition[] = () => [],
): Printer {
  return {
    kind,
    columns: columns.map(definitionOf),
    cellsOf(object, nowMs) {
      const typed = asObjectOf(kind, object);
      return columns.map((column) => column.cellOf(typed, nowMs));
    },
    conditionsOf: (object) => conditionsOf(asObjectOf(kind, object)),
  };
}

/** The column without how it makes cells. */
export function definitionOf(column: ColumnDefinition): ColumnDefinition {
  const { name, type, format, description, priority } = column;
  return { name, type, format, description, priority };
}

type CellOf<T> = (object: T, nowMs: number) => Cell;

export function column<T>(name: string, description: string, cellOf: CellOf<T>): Column<T> {
  return { name, type: "string", format: "", description, priority: 0, cellOf };
}

export function integerColumn<T>(name: string, description: string, cellOf: CellOf<T>): Column<T> {
  return { ...column(name, description, cellOf), type: "integer" };
}

export function booleanColumn<T>(name: string, description: string, cellOf: CellOf<T>): Column<T> {
  return { ...column(name, description, cellOf), type: "boolean" };
}

/** A column of wide output. */
export function wide<T>(shown: Column<T>): Column<T> {
  return { ...shown, priority: 1 };
}

interface Named {
  readonly metadata?:
    | { readonly name?: string | undefined; readonly creationTimestamp?: string | undefined }
    | undefined;
}

export const nameColumn: Column<Named> = {
  ...column("Name", "Name of the object, unique within its namespace.", (object) => nameOf(object)),
  format: "name",
};

export const ageColumn: Column<Named> = column(
  "Age",
  "Time since the object was created.",
  ({ metadata }, nowMs) => ageOf(metadata?.creationTimestamp, nowMs),
);

export function nameOf({ metadata }: Named): string {
  return metadata?.name ?? "";
}

/** The time since `timestamp`; `<unknown>` when there is none. */
export function ageOf(timestamp: string | undefined, nowMs: number): string {
  if (timestamp === undefined) return "<unknown>";
  return formatHumanDuration(nowMs - parseTime(timestamp));
}
