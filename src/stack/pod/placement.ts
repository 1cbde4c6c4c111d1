/** On which nodes the pods of a service may run, and how they spread. */
import type {
  Affinity,
  NodeSelectorRequirement,
  PodAffinityTerm,
  TopologySpreadConstraint,
} from "#api/core/v1";
import type { Path } from "#compose";
import { podSelector } from "../labels.ts";
import type { Report } from "../report.ts";
import type { Conversion, StackService } from "../stack-service.ts";

export interface Placement {
  readonly affinity?: Affinity;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[];
}

const hostKey = "kubernetes.io/hostname";

/** `together` are labels of the pods on whose node these must run, because they share volumes. */
export function placementOf(
  service: StackService,
  together: readonly string[],
  conversion: Conversion,
): Placement {
  const requirements = requirementsOf(service, conversion.report);
  const affinity: Affinity = {
    ...(requirements.length > 0
      ? {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: requirements }],
            },
          },
        }
      : {}),
    ...(together.length > 0
      ? { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: together.map(beside) } }
      : {}),
    ...antiAffinityOf(service, conversion),
  };
  const nodeSelector = platformOf(service, conversion.report);
  const spread = spreadOf(service, conversion);
  return {
    ...(Object.keys(affinity).length > 0 ? { affinity } : {}),
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
    ...(spread.length > 0 ? { topologySpreadConstraints: spread } : {}),
  };
}

function beside(label: string): PodAffinityTerm {
  return { labelSelector: { matchLabels: { [label]: "true" } }, topologyKey: hostKey };
}

function requirementsOf(
  { definition, path }: StackService,
  report: Report,
): readonly NodeSelectorRequirement[] {
  const constraints = definition.deploy?.placement?.constraints ?? [];
  return constraints.flatMap((constraint, index) => {
    const at = [...path, "deploy", "placement", "constraints", index];
    const [, key = "", operator = "", value = ""] =
      /^\s*([\w./-]+)\s*(==|!=)\s*(.*?)\s*$/.exec(constraint) ?? [];
    if (operator === "") {
      report.reject(at, `invalid constraint ${JSON.stringify(constraint)}: write key==value`);
      return [];
    }
    return requirementOf(key, { isEqual: operator === "==", value }, { at, report });
  });
}

function requirementOf(
  key: string,
  { isEqual, value }: { readonly isEqual: boolean; readonly value: string },
  { at, report }: { readonly at: Path; readonly report: Report },
): readonly NodeSelectorRequirement[] {
  if (key === "node.role") {
    const isControl = (value === "manager") === isEqual;
    const operator = isControl ? "Exists" : "DoesNotExist";
    return [{ key: "node-role.kubernetes.io/control-plane", operator }];
  }
  const label = nodeLabelOf(key);
  if (label === undefined) {
    report.refuse(at, `nodes have no ${key}: use node.hostname, node.role or node.labels`);
    return [];
  }
  const known = key === "node.platform.arch" ? architectureOf(value) : value;
  return [{ key: label, operator: isEqual ? "In" : "NotIn", values: [known] }];
}

function nodeLabelOf(key: string): string | undefined {
  if (key.startsWith("node.labels.")) return key.slice("node.labels.".length);
  return nodeLabels.get(key);
}

const nodeLabels: ReadonlyMap<string, string> = new Map([
  ["node.hostname", hostKey],
  ["node.id", hostKey],
  ["node.platform.os", "kubernetes.io/os"],
  ["node.platform.arch", "kubernetes.io/arch"],
]);

/** Docker has the kernel's names of architectures, Kubernetes has Go's. */
function architectureOf(name: string): string {
  return (
    new Map([
      ["x86_64", "amd64"],
      ["aarch64", "arm64"],
      ["i386", "386"],
    ]).get(name) ?? name
  );
}

/** `linux/arm64` */
function platformOf(
  { definition, path }: StackService,
  report: Report,
): Readonly<Record<string, string>> | undefined {
  const { platform } = definition;
  if (platform === undefined) return undefined;
  const [system = "", architecture, variant] = platform.split("/");
  if (variant !== undefined) {
    report.lose([...path, "platform"], "changed", `nodes do not tell variants such as ${variant}`);
  }
  return {
    "kubernetes.io/os": system,
    ...(architecture === undefined ? {} : { "kubernetes.io/arch": architectureOf(architecture) }),
  };
}

function spreadOf(
  { definition, path, name }: StackService,
  { options, report }: Conversion,
): readonly TopologySpreadConstraint[] {
  const { preferences = [], max_replicas_per_node: most } = definition.deploy?.placement ?? {};
  const labelSelector = { matchLabels: podSelector(options, name) };
  const at = [...path, "deploy", "placement"];
  const preferred = preferences.flatMap(({ spread = "" }, index) => {
    const topologyKey = nodeLabelOf(spread);
    if (topologyKey === undefined) {
      report.lose([...at, "preferences", index], "ignored", `nodes have no ${spread}`);
      return [];
    }
    return [{ maxSkew: 1, topologyKey, whenUnsatisfiable: "ScheduleAnyway", labelSelector }];
  });
  if (most === undefined || most <= 1) return preferred;
  const reason = "pods are spread evenly, but nothing counts them on a node";
  report.lose([...at, "max_replicas_per_node"], "changed", reason);
  const even = { maxSkew: most, topologyKey: hostKey, whenUnsatisfiable: "DoNotSchedule" };
  return [...preferred, { ...even, labelSelector }];
}

function antiAffinityOf(
  { definition, name }: StackService,
  { options }: Conversion,
): Pick<Affinity, "podAntiAffinity"> {
  if (definition.deploy?.placement?.max_replicas_per_node !== 1) return {};
  const labelSelector = { matchLabels: podSelector(options, name) };
  const term = { labelSelector, topologyKey: hostKey };
  return { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
}
