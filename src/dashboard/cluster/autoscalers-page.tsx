import { useSignal } from "@preact/signals";
import { goTo, hrefOf, search } from "../browser/location.ts";
import { holdsText } from "../pages/narrow.ts";
import { Loaded, useApi } from "../parts/loaded.tsx";
import { Badge, Page, SearchField } from "../parts/page.tsx";
import { DecisionsView } from "./decisions-view.tsx";
import type { Autoscaler } from "./wire.ts";

const refreshMs = 5_000;

/** The autoscalers, and how the chosen one came to its decisions. */
export function AutoscalersPage() {
  const autoscalers = useApi<readonly Autoscaler[]>("cluster/autoscalers", {}, refreshMs);
  const wanted = useSignal("");
  const tools = (
    <SearchField
      label="Search autoscalers"
      value={wanted.value}
      onChange={(value) => (wanted.value = value)}
    />
  );
  return (
    <Page title="Autoscalers" tools={tools}>
      <Loaded loading={autoscalers}>
        {(all) => {
          const found = all.filter(({ namespace, name, target }) =>
            holdsText(wanted.value, namespace, name, target),
          );
          if (found.length === 0) return <p class="quiet">No autoscalers.</p>;
          const chosen = found.find((one) => queryOf(one) === search.value.slice(1)) ?? found[0];
          return (
            <>
              <AutoscalerTable autoscalers={found} chosen={chosen} />
              {chosen !== undefined && <DecisionsView key={queryOf(chosen)} autoscaler={chosen} />}
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

/** What the address says of the one that is chosen. */
function queryOf({ namespace, name }: Autoscaler): string {
  return new URLSearchParams({ namespace, name }).toString();
}

function AutoscalerTable({
  autoscalers,
  chosen,
}: {
  readonly autoscalers: readonly Autoscaler[];
  readonly chosen: Autoscaler | undefined;
}) {
  return (
    <section class="card">
      <div class="scroll" role="region" aria-label="Autoscalers" tabIndex={0}>
        <table class="row-cards">
          <thead>
            <tr>
              {["Autoscaler", "Target", "Measured / aimed at", "Replicas"].map((heading) => (
                <th key={heading} scope="col">
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {autoscalers.map((one) => (
              <AutoscalerRow key={queryOf(one)} autoscaler={one} isChosen={one === chosen} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function AutoscalerRow({
  autoscaler,
  isChosen,
}: {
  readonly autoscaler: Autoscaler;
  readonly isChosen: boolean;
}) {
  const { namespace, name, target, metrics, conditions } = autoscaler;
  const { minReplicas, maxReplicas, currentReplicas, desiredReplicas } = autoscaler;
  const choose = (event: MouseEvent) => {
    // With a key held, the browser opens another tab or window.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    goTo("autoscalers", queryOf(autoscaler));
  };
  return (
    <tr>
      <th scope="row">
        <a
          href={hrefOf("autoscalers", queryOf(autoscaler))}
          aria-current={isChosen}
          onClick={choose}
        >
          {name}
        </a>
        <div class="quiet">{namespace}</div>
      </th>
      <td>{target}</td>
      <td>
        {metrics.map((metric) => (
          <div key={metric.name} class="nowrap">
            {metric.name}: {metric.current === "" ? "unknown" : metric.current} / {metric.target}
          </div>
        ))}
      </td>
      <td>
        <div class="nowrap">
          {currentReplicas}
          {desiredReplicas !== currentReplicas && ` → ${desiredReplicas}`}{" "}
          <span class="quiet">
            ({minReplicas} to {maxReplicas})
          </span>
        </div>
        {conditions.map(({ reason, message }) => (
          <div key={reason} title={message}>
            <Badge kind="waiting">{reason}</Badge>
          </div>
        ))}
      </td>
    </tr>
  );
}
