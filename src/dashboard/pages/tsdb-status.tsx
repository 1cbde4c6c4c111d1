import type { CountedName, TsdbStatus } from "../api/types.ts";
import { zone } from "../browser/preferences.ts";
import { Loaded, useApi } from "../parts/loaded.tsx";
import { Page } from "../parts/page.tsx";
import { formatTime } from "../query/time-range.ts";

/** How full the database is, and with what. */
export function TsdbStatusPage() {
  const status = useApi<TsdbStatus>("status/tsdb", { limit: "15" });
  return (
    <Page title="TSDB status">
      <Loaded loading={status}>
        {(answer) => (
          <>
            <Head stats={answer.headStats} />
            <div class="columns">
              <Ranking title="Metrics with most series" rows={answer.seriesCountByMetricName} />
              <Ranking title="Labels with most values" rows={answer.labelValueCountByLabelName} />
              <Ranking
                title="Labels by memory"
                rows={answer.memoryInBytesByLabelName}
                unit=" bytes"
              />
              <Ranking
                title="Label pairs with most series"
                rows={answer.seriesCountByLabelValuePair}
              />
            </div>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Head({ stats }: { readonly stats: TsdbStatus["headStats"] }) {
  const time = (timeMs: number) => (timeMs > 0 ? formatTime(timeMs, zone.value) : "none");
  const facts: readonly (readonly [string, string])[] = [
    ["Series", stats.numSeries.toLocaleString()],
    ["Chunks", stats.chunkCount.toLocaleString()],
    ["Label pairs", stats.numLabelPairs.toLocaleString()],
    ["Oldest sample in the head", time(stats.minTime)],
    ["Newest sample", time(stats.maxTime)],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Names with counts, and a bar that shows each beside the largest. */
function Ranking({
  title,
  rows,
  unit = "",
}: {
  readonly title: string;
  readonly rows: readonly CountedName[];
  readonly unit?: string;
}) {
  const most = Math.max(1, ...rows.map(({ value }) => value));
  return (
    <section class="card">
      <h2>{title}</h2>
      <table class="ranking">
        <thead class="visually-hidden">
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Count</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, value }) => (
            <tr key={name}>
              <td>
                <code>{name}</code>
                <span class="meter" aria-hidden="true">
                  <span style={{ width: `${(value / most) * 100}%` }} />
                </span>
              </td>
              <td class="number">
                {value.toLocaleString()}
                {unit}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
