/** Everything that `/metrics` of the monitoring engine shows, wherever it is counted. */
import { compareText } from "#base";
import { type Metric, type MetricFamily, MetricRegistry, type MetricValue } from "#exposition";
import { labelsOf } from "#series";

/** A family whose figures are read when somebody asks, as several modules hand them over. */
export interface ReadFamily {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "summary";
  read(): readonly ReadFigure[];
}

interface ReadFigure {
  /** Names and values of labels, in turn. */
  readonly labels: readonly string[];
  /** Of a summary: the sum. */
  readonly value: number;
  readonly count?: number;
  readonly quantiles?: readonly { readonly quantile: number; readonly value: number }[];
}

export class MetricSources {
  /** For what is counted as it happens. */
  readonly registry = new MetricRegistry();
  readonly #read: ReadFamily[] = [];

  /** Adds a family that is read when somebody asks. */
  register(family: ReadFamily): void {
    this.#read.push(family);
  }

  families(): readonly MetricFamily[] {
    const read = this.#read.map(familyOf).filter(({ metrics }) => metrics.length > 0);
    return [...this.registry.families(), ...read].sort((left, right) =>
      compareText(left.name, right.name),
    );
  }
}

function familyOf({ name, help, type, read }: ReadFamily): MetricFamily {
  const metrics = read().map(
    (figure): Metric => ({
      labels: labelsOf(inPairs(figure.labels)),
      value: valueOf(type, figure),
      timestampMs: 0,
      startTimestampMs: 0,
    }),
  );
  return { name, help, type, unit: "", metrics };
}

function valueOf(type: ReadFamily["type"], figure: ReadFigure): MetricValue {
  const { value, count = 0, quantiles = [] } = figure;
  if (type === "summary") return { kind: "summary", sum: value, count, quantiles };
  return { kind: "number", value, exemplar: undefined };
}

function* inPairs(list: readonly string[]): Generator<readonly [string, string]> {
  for (let index = 0; index + 1 < list.length; index += 2) {
    yield [list[index] ?? "", list[index + 1] ?? ""];
  }
}
