import { Badge } from "../parts/page.tsx";
import { UsagePage } from "./usage-page.tsx";
import type { PodRow } from "./wire.ts";

/** The pods of all namespaces, and what they use. */
export function PodsPage() {
  return (
    <UsagePage<PodRow>
      listing={{
        title: "Pods",
        route: "cluster/pods",
        searchLabel: "Search pods, namespaces and nodes",
        textsOf: ({ name, namespace, node, status }) => [name, namespace, node, status],
        headings: ["Pod", "Node", "State"],
        cellsOf: (pod) => <PodCells pod={pod} />,
      }}
    />
  );
}

function PodCells({ pod }: { readonly pod: PodRow }) {
  const isDone = pod.status === "Succeeded";
  return (
    <>
      <th scope="row" class="pod-name">
        {pod.name}
        <div class="quiet">{pod.namespace}</div>
      </th>
      <td>{pod.node === "" ? <span class="quiet">not placed</span> : pod.node}</td>
      <td>
        <Badge kind={pod.isReady ? "good" : isDone ? "plain" : "waiting"}>{pod.status}</Badge>
        <div class="quiet nowrap">
          {pod.readyCount} of {pod.containerCount} ready
        </div>
        {pod.restartCount > 0 && (
          <div class="quiet nowrap">
            {pod.restartCount === 1 ? "1 restart" : `${pod.restartCount} restarts`}
          </div>
        )}
      </td>
    </>
  );
}
