/** A pod as the scheduler sees it: everything that decides where it may run, worked out once. */

import {
  type CompiledLabelSelector,
  compileLabelSelector,
  type Live,
  type ObjectKey,
  specWithEffectiveResources,
} from "#api";
import type { Pod, PodAffinityTerm } from "#api/core/v1";
import { podRequest, type ResourceAmounts, scoringRequest } from "./resources.ts";

export interface PodNeeds {
  readonly pod: Live<Pod>;
  readonly key: ObjectKey;
  readonly uid: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly priority: number;
  readonly request: ResourceAmounts;
  readonly scoringCpuMilli: number;
  readonly scoringMemoryBytes: number;
  readonly hostPorts: readonly HostPort[];
  readonly requiredAffinity: readonly AffinityTerm[];
  readonly requiredAntiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly WeightedTerm[];
  readonly preferredAntiAffinity: readonly WeightedTerm[];
}

export interface HostPort {
  readonly address: string;
  readonly port: number;
  readonly protocol: string;
}

/** A pod affinity term, compiled; namespaces are those named, those selected, or the pod's own. */
export interface AffinityTerm {
  readonly topologyKey: string;
  readonly selector: CompiledLabelSelector;
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: CompiledLabelSelector | undefined;
}

interface WeightedTerm {
  readonly weight: number;
  readonly term: AffinityTerm;
}

export function needsOf(pod: Live<Pod>): PodNeeds {
  const { spec, metadata } = pod;
  const namespace = metadata.namespace ?? "";
  const counted = specWithEffectiveResources(pod);
  const scoring = scoringRequest(counted);
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  const compile = (term: PodAffinityTerm): AffinityTerm => compileTerm(term, pod);
  return {
    pod,
    key: { namespace, name: metadata.name },
    uid: metadata.uid,
    namespace,
    labels: metadata.labels ?? {},
    priority: spec.priority ?? 0,
    request: podRequest(counted),
    scoringCpuMilli: scoring.cpuMilli,
    scoringMemoryBytes: scoring.memoryBytes,
    hostPorts: hostPortsOf(pod),
    requiredAffinity: (podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(
      compile,
    ),
    requiredAntiAffinity: (
      podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
    ).map(compile),
    preferredAffinity: (podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      ({ weight, podAffinityTerm }) => ({ weight, term: compile(podAffinityTerm) }),
    ),
    preferredAntiAffinity: (
      podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
    ).map(({ weight, podAffinityTerm }) => ({ weight, term: compile(podAffinityTerm) })),
  };
}

function compileTerm(term: PodAffinityTerm, pod: Live<Pod>): AffinityTerm {
  const named = new Set(term.namespaces ?? []);
  const hasSelector = term.namespaceSelector !== undefined;
  if (named.size === 0 && !hasSelector) named.add(pod.metadata.namespace ?? "");
  return {
    topologyKey: term.topologyKey,
    selector: withPodLabels(compileLabelSelector(term.labelSelector), term, pod),
    namespaces: named,
    namespaceSelector: hasSelector ? compileLabelSelector(term.namespaceSelector) : undefined,
  };
}

/** `matchLabelKeys` and `mismatchLabelKeys` take their values from the incoming pod. */
function withPodLabels(
  selector: CompiledLabelSelector,
  term: PodAffinityTerm,
  { metadata }: Live<Pod>,
): CompiledLabelSelector {
  const requirement = (key: string, operator: "in" | "notin") => {
    const label = metadata.labels?.[key];
    return label === undefined ? [] : [{ key, operator, values: [label] }];
  };
  const extra = [
    ...(term.matchLabelKeys ?? []).flatMap((key) => requirement(key, "in")),
    ...(term.mismatchLabelKeys ?? []).flatMap((key) => requirement(key, "notin")),
  ];
  if (extra.length === 0) return selector;
  return { ...selector, requirements: [...selector.requirements, ...extra] };
}

function hostPortsOf({ spec }: Live<Pod>): readonly HostPort[] {
  const sidecars = (spec.initContainers ?? []).filter(
    ({ restartPolicy }) => restartPolicy === "Always",
  );
  return [...spec.containers, ...sidecars].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort = 0, hostIP = "", protocol = "TCP" }) =>
      hostPort === 0
        ? []
        : [{ address: hostIP === "" ? "0.0.0.0" : hostIP, port: hostPort, protocol }],
    ),
  );
}
