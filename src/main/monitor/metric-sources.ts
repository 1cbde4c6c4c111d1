/** Everything that `/metrics` of the monitoring engine shows, wherever it is counted. */
import { compareText, type FamilyRegistry, type ReadFamily, type ReadFigure } from "#base";
import { type Metric, type MetricFamily, MetricRegistry, type MetricValue } from "#exposition";
import { labelsOf } from "#series";

export class MetricSources implements FamilyRegistry {
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
