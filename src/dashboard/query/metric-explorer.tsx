import { useSignal } from "@preact/signals";
import type { MetricMetadata } from "../api/types.ts";
import { Loaded, useApi } from "../parts/loaded.tsx";
import { rankMetrics } from "./rank-metrics.ts";

const shownMax = 100;

/** All metrics with type and help; typing narrows them. */
export function MetricExplorer({ onPick }: { readonly onPick: (metric: string) => void }) {
  const wanted = useSignal("");
  const names = useApi<readonly string[]>("label/__name__/values");
  const metadata = useApi<Readonly<Record<string, readonly MetricMetadata[]>>>("metadata");
  const describe = metadata.result?.data ?? {};
  return (
    <div class="explorer">
      <label>
        Search metrics
        <input
          type="search"
          value={wanted.value}
          onInput={({ currentTarget }) => (wanted.value = currentTarget.value)}
        />
      </label>
      <Loaded loading={names}>
        {(list) => (
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">Metric</th>
                  <th scope="col">Type</th>
                  <th scope="col">Help</th>
                </tr>
              </thead>
              <tbody>
                {rankMetrics(list, wanted.value)
                  .slice(0, shownMax)
                  .map((name) => (
                    <MetricRow
                      key={name}
                      name={name}
                      metadata={describe[name]?.[0] ?? describe[familyOf(name)]?.[0]}
                      onPick={onPick}
                    />
                  ))}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
    </div>
  );
}

function MetricRow({
  name,
  metadata,
  onPick,
}: {
  readonly name: string;
  readonly metadata: MetricMetadata | undefined;
  readonly onPick: (metric: string) => void;
}) {
  return (
    <tr>
      <td>
        <button class="link" type="button" onClick={() => onPick(name)}>
          <code>{name}</code>
        </button>
      </td>
      <td>{metadata?.type}</td>
      <td>{metadata?.help}</td>
    </tr>
  );
}

/** The family that a histogram's or summary's series belong to. */
function familyOf(name: string): string {
  return name.replace(/_(?:bucket|count|sum)$/, "");
}
