/** What tests expected and what they got, as upstream prints it. */
import { formatFloat } from "#base";
import { formatGoFloat } from "#gotemplate";
import type { MatrixSeries } from "#promql";
import { compareLabels, formatHistogram, formatLabels, type Labels } from "#series";

export interface ShownAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
}

export function compareAlerts(left: ShownAlert, right: ShownAlert): number {
  return (
    compareLabels(left.labels, right.labels) || compareLabels(left.annotations, right.annotations)
  );
}

/** Alerts in a numbered list, indented as a part of a message. */
export function showAlerts(alerts: readonly ShownAlert[]): string {
  if (alerts.length === 0) return "[]";
  const items = alerts.map(({ labels, annotations }, index) => {
    const texts = `\nLabels:${formatLabels(labels)}\nAnnotations:${formatLabels(annotations)}`;
    return `${index}:${indented(texts, "  ")}`;
  });
  return indented(`[\n${items.join(",\n")}\n]`, "            ");
}

export interface ShownSample {
  readonly labels: Labels;
  readonly value: number;
  /** In the notation of series; undefined for a number. */
  readonly histogram: string | undefined;
}

export function showSamples(samples: readonly ShownSample[]): string {
  if (samples.length === 0) return "nil";
  return samples
    .map(
      ({ labels, value, histogram }) =>
        `${formatLabels(labels)} ${histogram ?? formatGoFloat(value, "E")}`,
    )
    .join(", ");
}

/** The points of a series, each with its time in milliseconds. */
export function showSeries({ labels, timestampsMs, values, histograms }: MatrixSeries): string {
  const points = Array.from(timestampsMs, (timeMs, row) => {
    const histogram = histograms?.[row];
    const value =
      histogram === undefined ? formatFloat(values[row] ?? 0, "f") : formatHistogram(histogram);
    return `${value} @[${timeMs}]`;
  });
  return `${formatLabels(labels)} =>\n${points.join("\n")}`;
}

function indented(text: string, indent: string): string {
  return text.replaceAll("\n", `\n${indent}`);
}
