import { addQuantities, formatQuantity, parseQuantity, zeroQuantity } from "#api";
import { nodeMetrics, podMetrics } from "#api/metrics/v1beta1";
import { type Column, column, nameColumn, printerOf } from "./column.ts";

type Usage = Readonly<Record<string, string>>;

interface Used {
  readonly window: string;
}

const windowColumn: Column<Used> = {
  ...column("Window", "", ({ window }) => window),
  format: "duration",
};

/** Columns are those of metrics-server, which gives them no descriptions. */
function usageColumn<T>(resource: string, usagesOf: (object: T) => readonly Usage[]): Column<T> {
  const cellOf = (object: T) => {
    const amounts = usagesOf(object).map((usage) => parseQuantity(usage[resource] ?? "0"));
    const sum = amounts.reduce(addQuantities, zeroQuantity);
    return formatQuantity({ nanos: sum.nanos, format: sum.format });
  };
  return { ...column(resource, "", cellOf), format: "quantity" };
}

const plainNameColumn = { ...nameColumn, description: "Name of the resource" };

export const nodeMetricsPrinter = printerOf(nodeMetrics, [
  plainNameColumn,
  usageColumn("cpu", ({ usage }) => [usage]),
  usageColumn("memory", ({ usage }) => [usage]),
  windowColumn,
]);

export const podMetricsPrinter = printerOf(podMetrics, [
  plainNameColumn,
  usageColumn("cpu", ({ containers }) => containers.map(({ usage }) => usage)),
  usageColumn("memory", ({ containers }) => containers.map(({ usage }) => usage)),
  windowColumn,
]);
