import { Badge } from "../parts/page.tsx";
import { UsagePage } from "./usage-page.tsx";
import type { NodeRow } from "./wire.ts";

/** The nodes, and how full they are. */
export function NodesPage() {
  return (
    <UsagePage<NodeRow>
      listing={{
        title: "Nodes",
        route: "cluster/nodes",
        searchLabel: "Search nodes",
        textsOf: ({ name }) => [name],
        headings: ["Node", "State", "Pods"],
        cellsOf: (node) => <NodeCells node={node} />,
      }}
    />
  );
}

function NodeCells({ node }: { readonly node: NodeRow }) {
  return (
    <>
      <th scope="row">{node.name}</th>
      <td>
        <Badge kind={node.isReady ? "good" : "bad"}>{node.isReady ? "Ready" : "NotReady"}</Badge>{" "}
        {node.isCordoned && <Badge kind="waiting">SchedulingDisabled</Badge>}
      </td>
      <td class="nowrap">
        {node.podCount} of {node.podsMax}
      </td>
    </>
  );
}
