/** `wherry recommend nodes`: asks the cluster for what there is, and tells what more it needs. */

import type { Live } from "#api";
import { type Node, node as nodeKind, pod as podKind } from "#api/core/v1";
import { createClient } from "#client";
import { type NodeRecommendation, recommendNodes } from "#nodegroups";
import type { ClusterFlagValues } from "../cluster.ts";
import type { CommandContext } from "../command.ts";
import { openCluster } from "../stack/open-cluster.ts";
import { formatTable } from "../table.ts";

export interface RecommendationFlags extends ClusterFlagValues {
  readonly context: string | undefined;
  readonly like: string | undefined;
  readonly "node-cpu": string;
  readonly "node-memory": string;
  readonly max: number;
  readonly output: string;
}

/** The exit status: 0 when no node is needed. */
export async function recommend(
  context: CommandContext,
  flags: RecommendationFlags,
  given: readonly string[],
): Promise<number> {
  const cluster = await openCluster(context, { ...flags, namespace: undefined }, given);
  const client = createClient(cluster.transport);
  const nodes = (await client.of(nodeKind).list({}, context.signal)).items;
  const pods = (await client.of(podKind).list({}, context.signal)).items;
  const template = templateOf(flags, nodes);
  const found = recommendNodes({ nodes, pods, template, nodesMax: flags.max });
  if (flags.output === "json") context.terminal.print(JSON.stringify(found));
  else for (const line of describe(found)) context.terminal.print(line);
  return found.added.length === 0 && found.helpless.length === 0 ? 0 : 1;
}

function templateOf(flags: RecommendationFlags, nodes: readonly Live<Node>[]): Live<Node> {
  if (flags.like !== undefined) {
    const found = nodes.find(({ metadata }) => metadata.name === flags.like);
    if (found === undefined) throw new Error(`no node "${flags.like}"`);
    return found;
  }
  const allocatable = { cpu: flags["node-cpu"], memory: flags["node-memory"], pods: "110" };
  const metadata = { name: "new", uid: "new", resourceVersion: "1", creationTimestamp: "" };
  return { metadata, spec: {}, status: { allocatable } };
}

function describe({ added, placed, helpless }: NodeRecommendation): readonly string[] {
  const lines =
    added.length === 0
      ? ["no more nodes are needed"]
      : [
          `${added.length} more ${added.length === 1 ? "node" : "nodes"}:`,
          "",
          ...formatTable(
            ["NODE", "PODS", "SUCH AS"],
            added.map(({ name, pods }) => [name, String(pods.length), pods.slice(0, 3).join(", ")]),
          ),
        ];
  const waiting = placed.length === 0 ? [] : ["", `pods that have room as it is: ${placed.length}`];
  const others = helpless.map(({ pod, why }) => [pod, why]);
  const unhelped =
    others.length === 0
      ? []
      : ["", "such nodes do not help:", "", ...formatTable(["POD", "WHY"], others)];
  return [...lines, ...waiting, ...unhelped];
}
