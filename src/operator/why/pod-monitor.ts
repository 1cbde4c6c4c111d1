import { compileLabelSelector, formatLabelSelector, matchesLabels } from "#api";
import type { Pod } from "#api/core/v1";
import type { PodMetricsEndpoint, PodMonitor } from "#api/monitoring/v1";
import { acceptanceFinding } from "./acceptance.ts";
import type { EngineFacts } from "./engine-facts.ts";
import {
  counted,
  type Explanation,
  explanationOf,
  failed,
  type Finding,
  listText,
  ok,
} from "./explanation.ts";
import { namespaceFindings, wantedNamespaces } from "./service-monitor.ts";
import { jobFindings } from "./target-findings.ts";

export interface PodMonitorFacts {
  readonly monitor: PodMonitor;
  readonly namespaces: readonly string[];
  /** Of all namespaces. */
  readonly pods: readonly Pod[];
  readonly engine: EngineFacts;
}

/** Why a PodMonitor has the targets that it has. */
export function explainPodMonitor(facts: PodMonitorFacts): Explanation {
  const { metadata: { name = "", namespace = "" } = {}, spec } = facts.monitor;
  const accepted = acceptanceFinding(facts.monitor);
  const findings =
    accepted.outcome === "failed"
      ? [accepted]
      : [
          accepted,
          ...namespaceFindings(facts.monitor, spec.namespaceSelector, facts.namespaces),
          ...podFindings(facts),
        ];
  const subject = `podmonitor/${name} in namespace ${namespace}`;
  return explanationOf(subject, findings, "Nothing is to be done: its targets are scraped.");
}

function podFindings({ monitor, pods, engine }: PodMonitorFacts): readonly Finding[] {
  const { spec, metadata: { name = "", namespace = "" } = {} } = monitor;
  const places = wantedNamespaces(monitor, spec.namespaceSelector);
  const selector = compileLabelSelector(spec.selector);
  const inPlace = ({ metadata }: Pod) =>
    places === "all" || places.includes(metadata?.namespace ?? "");
  const matching = pods.filter((pod) => matchesLabels(selector, pod.metadata?.labels ?? {}));
  const found = matching.filter(inPlace);
  const shown = `selector ${formatLabelSelector(selector) || "of everything"}`;
  if (found.length === 0) {
    const elsewhere = [...new Set(matching.map((pod) => pod.metadata?.namespace ?? ""))];
    return [
      elsewhere.length > 0
        ? failed(
            `${shown} finds no pod in these namespaces; there are some in ${listText(elsewhere)}`,
            `Add the namespace ${elsewhere[0]} to spec.namespaceSelector.matchNames.`,
          )
        : failed(`${shown} finds no pod`, "Make spec.selector match the labels of the pods."),
    ];
  }
  const names = found.map((pod) => `${pod.metadata?.namespace}/${pod.metadata?.name}`);
  return [
    ok(`${shown} finds ${counted(found.length, "pod")}: ${listText(names)}`),
    ...(spec.podMetricsEndpoints ?? []).flatMap((endpoint, index) => {
      const port = portFinding(endpoint, index, found);
      if (port.outcome === "failed") return [port];
      return [port, ...jobFindings(`podMonitor/${namespace}/${name}/${index}`, engine)];
    }),
  ];
}

function portFinding(
  { port = "", portNumber }: PodMetricsEndpoint,
  index: number,
  pods: readonly Pod[],
): Finding {
  const which = `endpoint ${index}`;
  if (port === "" && portNumber === undefined) return ok(`${which} is for every port of the pods`);
  const ports = pods.flatMap(({ spec }) =>
    [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].flatMap(
      (container) => container.ports ?? [],
    ),
  );
  const wanted = port === "" ? `port ${portNumber}` : `a port named "${port}"`;
  const isThere = ports.some((one) =>
    port === "" ? one.containerPort === portNumber : one.name === port,
  );
  if (isThere) return ok(`${which}: the pods have ${wanted}`);
  const names = ports.map((one) => `${one.name ?? "<no name>"} (${one.containerPort})`);
  const hint = names.length === 0 ? "none" : listText([...new Set(names)]);
  return failed(
    `${which}: no selected pod declares ${wanted}; declared are ${hint}`,
    "Declare the port in the container's ports, with the name that the PodMonitor uses.",
  );
}
