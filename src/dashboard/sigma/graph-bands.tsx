import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { ChartBand } from "../browser/chart.ts";
import { hrefOf } from "../browser/location.ts";
import { Notice, useApi, useAsked } from "../parts/loaded.tsx";
import { callApi } from "../browser/api-client.ts";
import type { GraphSeries } from "../query/graph-columns.ts";
import { formatSeries } from "../query/series-name.ts";
import { chartBands } from "./band-colors.ts";
import { bandEdges, columnAt } from "./band-columns.ts";
import { rangeMsDefault, writeChoice } from "./choice.ts";
import { policyOfQuery, seriesOfPolicy } from "./policy-of-query.ts";
import type { Bands, Policies, SigmaPolicy } from "./wire.ts";

interface Graph {
  readonly expr: string;
  /** Seconds, one for each step. */
  readonly times: readonly number[];
  /** What is drawn of it. */
  readonly series: readonly GraphSeries[];
}

interface GraphBands {
  readonly drawn: readonly ChartBand[];
  /** Where bands are switched on; nothing where the query is no policy's. */
  readonly choice: ComponentChildren;
}

const none: readonly ChartBand[] = [];

/** The bands of a graph whose query is a policy's, once somebody wants them. */
export function useBands({ expr, times, series }: Graph): GraphBands {
  const isOn = useSignal(false);
  const listed = useApi<Policies>("sigma/policies");
  const policy = policyOfQuery(expr, listed.result?.data.policies ?? []);
  const only = series.length === 1 ? series[0] : undefined;
  const found = useAskedBands(isOn.value ? policy : undefined, only, times);
  const bands = found.result?.data;
  const drawn = useMemo(() => alignedBands(bands, policy, times), [bands, policy, times]);
  const problem = only === undefined ? "Choose one series below to see its bands." : found.failure;
  const choice = policy && (
    <BandChoice
      policy={policy}
      isOn={isOn.value}
      onToggle={() => (isOn.value = !isOn.value)}
      problem={isOn.value ? problem : undefined}
    />
  );
  return { drawn: isOn.value ? drawn : none, choice };
}

/** Asks only when there is a policy and one series. */
function useAskedBands(
  policy: SigmaPolicy | undefined,
  only: GraphSeries | undefined,
  times: readonly number[],
) {
  const parameters = policy &&
    only && {
      policy: policy.name,
      series: formatSeries(seriesOfPolicy(only.labels)),
      start: String(times[0] ?? 0),
      end: String(times.at(-1) ?? 0),
    };
  return useAsked<Bands | undefined>(JSON.stringify(parameters ?? {}), async (signal) =>
    parameters === undefined ? nothing : callApi<Bands>("sigma/bands", parameters, signal),
  );
}

const nothing = { data: undefined, warnings: [], infos: [], elapsedMs: 0 };

/** The bands at the steps of the graph. */
function alignedBands(
  bands: Bands | undefined,
  policy: SigmaPolicy | undefined,
  times: readonly number[],
): readonly ChartBand[] {
  if (bands === undefined || policy === undefined) return none;
  const staleMs = 2 * policy.evaluationIntervalMs * bands.evaluationsPerPoint;
  const at = (column: Bands["means"]) => columnAt(column, bands.timesMs, { at: times, staleMs });
  const [means, spreads] = [at(bands.means), at(bands.spreads)];
  return chartBands(bandEdges({ ...bands, means, spreads }));
}

function BandChoice({
  policy: { name },
  isOn,
  onToggle,
  problem,
}: {
  readonly policy: SigmaPolicy;
  readonly isOn: boolean;
  readonly onToggle: () => void;
  readonly problem: string | undefined;
}) {
  const query = writeChoice({
    policy: name,
    series: "",
    rangeMs: rangeMsDefault,
    endMs: undefined,
  });
  return (
    <div class="page-tools">
      <button type="button" class="toggle" aria-pressed={isOn} onClick={onToggle}>
        Show bands
      </button>
      <span class="quiet">
        of the policy <a href={hrefOf("sigma", query)}>{name}</a>
      </span>
      {problem !== undefined && <Notice kind="info">{problem}</Notice>}
    </div>
  );
}
