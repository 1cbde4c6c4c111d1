import { useMemo } from "preact/hooks";
import type { LabelRecord, MatrixItem, QueryAnswer } from "../api/types.ts";
import type { ChartOptions } from "../browser/chart.ts";
import { goTo } from "../browser/location.ts";
import { zone } from "../browser/preferences.ts";
import { ChartView } from "../parts/chart-view.tsx";
import { Loaded, useApi } from "../parts/loaded.tsx";
import { Badge } from "../parts/page.tsx";
import { columnsOf, shortNumber, timeTicks } from "../query/graph-columns.ts";
import { formatSeries } from "../query/series-name.ts";
import { formatDurationMs } from "../query/time-range.ts";
import { type Choice, writeChoice } from "./choice.ts";
import { objectiveText } from "./policy-table.tsx";
import type { BurnRatePolicy, BurnRateState } from "./wire.ts";

const refreshMs = 60_000;
const graphPoints = 300;

/** A service level: what is left of its error budget, and how fast it goes. */
export function BurnRateView({
  policy,
  choice,
}: {
  readonly policy: BurnRatePolicy;
  readonly choice: Choice;
}) {
  const states = useApi<readonly BurnRateState[]>(
    "sigma/burn_rate",
    { policy: policy.name },
    refreshMs,
  );
  return (
    <>
      <Loaded loading={states}>
        {(found) =>
          found.length === 0 ? (
            <section class="card">
              <p class="quiet">No events are stored yet.</p>
            </section>
          ) : (
            found.map((state) => <Service key={state.name} policy={policy} state={state} />)
          )
        }
      </Loaded>
      <BurnGraph policy={policy} choice={choice} />
    </>
  );
}

function Service({
  policy,
  state: { name, budgetLeft, levels },
}: {
  readonly policy: BurnRatePolicy;
  readonly state: BurnRateState;
}) {
  return (
    <section class="card" aria-label={`Error budget of ${policy.name}`}>
      <h2>
        {policy.name} <code class="series-name">{name}</code>
      </h2>
      <p class="quiet">{objectiveText(policy)}</p>
      <BudgetLeft left={budgetLeft} periodMs={policy.periodMs} />
      <div class="scroll" role="region" aria-label="Burn rates" tabIndex={0}>
        <table class="row-cards">
          <thead>
            <tr>
              {["Fires", "Long window", "Short window", "Budget gone by then", "Now"].map(
                (heading) => (
                  <th key={heading} scope="col">
                    {heading}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {levels.map((level) => (
              <LevelRow key={level.burnRate} level={level} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function BudgetLeft({
  left,
  periodMs,
}: {
  readonly left: number | null;
  readonly periodMs: number;
}) {
  const period = formatDurationMs(periodMs);
  if (left === null) return <p>How much of the budget is left over {period} is not known yet.</p>;
  const width = Math.min(100, Math.max(0, left * 100));
  const kind = left > 0.25 ? "good" : left > 0 ? "waiting" : "bad";
  return (
    <>
      <p class="verdict">
        <strong>{percentText(left)}</strong> of the error budget of {period} is left
      </p>
      <div class={`budget ${kind}`} aria-hidden="true">
        <span style={{ width: `${width}%` }} />
      </div>
    </>
  );
}

function LevelRow({ level }: { readonly level: BurnRateState["levels"][number] }) {
  const { burnRate, longMs, shortMs, severity, spent, longBurn, shortBurn, isFiring } = level;
  return (
    <tr>
      <th scope="row">
        {severity} beyond {burnRate}×
      </th>
      <td data-heading={`Over ${formatDurationMs(longMs)}`}>
        <Burn windowMs={longMs} burn={longBurn} limit={burnRate} />
      </td>
      <td data-heading={`Over ${formatDurationMs(shortMs)}`}>
        <Burn windowMs={shortMs} burn={shortBurn} limit={burnRate} />
      </td>
      <td data-heading="Budget gone by then">{percentText(spent)}</td>
      <td data-heading="Now">
        <Badge kind={isFiring ? "bad" : "good"}>{isFiring ? "beyond" : "below"}</Badge>
      </td>
    </tr>
  );
}

/** A window's burn rate as a bar whose end is the level's threshold; the words say the same. */
function Burn({
  windowMs,
  burn,
  limit,
}: {
  readonly windowMs: number;
  readonly burn: number | null;
  readonly limit: number;
}) {
  const share = burn === null ? 0 : Math.min(100, (burn / limit) * 100);
  return (
    <div class="burn">
      <span class="nowrap">
        {burn === null ? "no events" : `${shortNumber(burn)}×`}{" "}
        <span class="quiet">over {formatDurationMs(windowMs)}</span>
      </span>
      <div class={`budget ${share >= 100 ? "bad" : "good"}`} aria-hidden="true">
        <span style={{ width: `${share}%` }} />
      </div>
    </div>
  );
}

function percentText(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

/** How fast the budget went, from the recorded ratios of two windows. */
function BurnGraph({
  policy,
  choice: { rangeMs, endMs: chosenEndMs },
}: {
  readonly policy: BurnRatePolicy;
  readonly choice: Choice;
}) {
  const range = useMemo(() => {
    const stepMs = Math.max(30_000, Math.floor(rangeMs / graphPoints / 1_000) * 1_000);
    const endMs = chosenEndMs ?? Date.now();
    return { startMs: endMs - Math.floor(rangeMs / stepMs) * stepMs, endMs, stepMs };
  }, [rangeMs, chosenEndMs]);
  const budget = Number((1 - policy.objective).toPrecision(12));
  const answer = useApi<QueryAnswer>("query_range", {
    query: `(${graphWindows.map((window) => ratioOver(window, policy)).join(" or ")}) / ${budget}`,
    start: String(range.startMs / 1_000),
    end: String(range.endMs / 1_000),
    step: String(range.stepMs / 1_000),
  });
  const items = answer.result?.data.resultType === "matrix" ? answer.result.data.result : [];
  if (items.length === 0) return null;
  return <BurnLines policy={policy} items={items} range={range} />;
}

const graphWindows = ["1h", "6h"] as const;
const lineColors = ["--value", "--beyond"] as const;

/** PromQL: the recorded ratio, told apart from those of other windows by a label. */
function ratioOver(window: string, { name }: BurnRatePolicy): string {
  const recorded = `slo:error_ratio:${window}{slo=${JSON.stringify(name)}}`;
  return `label_replace(${recorded}, "window", "${window}", "", "")`;
}

function colorOf(labels: LabelRecord): string {
  return lineColors[graphWindows.findIndex((window) => window === labels["window"])] ?? "--value";
}

function BurnLines({
  policy,
  items,
  range,
}: {
  readonly policy: BurnRatePolicy;
  readonly items: readonly MatrixItem[];
  readonly range: Parameters<typeof columnsOf>[1];
}) {
  const { times, series } = columnsOf(items, range);
  const options: ChartOptions = {
    height: 260,
    times,
    bands: [],
    lines: series.map(({ labels, values }) => ({
      name: formatSeries(labels),
      color: colorOf(labels),
      values,
      isShown: true,
      stroke: "solid",
    })),
    joins: "lines",
    fills: false,
    startsAtZero: true,
    formatTimes: (seconds, spacing) => timeTicks(seconds, spacing, zone.value),
    formatValue: (value) => `${shortNumber(value)}×`,
    marks: [],
    pointerGroup: undefined,
    onZoom: (start, end) => {
      const zoomed = { rangeMs: Math.round((end - start) * 1_000), endMs: Math.round(end * 1_000) };
      goTo("sigma", writeChoice({ policy: policy.name, series: "", ...zoomed }));
    },
    onPoint: () => {},
  };
  return (
    <section class="card" aria-label="Burn rate over time">
      <h2>Burn rate over time</h2>
      <ul class="band-legend">
        {graphWindows.map((window, index) => (
          <li key={window} class="inline">
            <span class="swatch" style={{ background: `var(${lineColors[index]})` }} />
            over {window}
          </li>
        ))}
      </ul>
      <ChartView options={options} drawnFor={[items, zone.value]} words="Burn rates over time" />
    </section>
  );
}
