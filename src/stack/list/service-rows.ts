import type { JsonObject } from "#api";
import type { Service } from "#api/core/v1";
import {
  decodeCronJob,
  decodeDaemonSet,
  decodeDeployment,
  decodeJob,
  kindIn,
  labelsIn,
  metadataOf,
} from "../cluster/decode.ts";
import { stackLabels } from "../labels.ts";
import { byName, type Row, shortId } from "./row.ts";

/** `stack services`: one row for each workload. */
export function serviceRows(
  stack: string,
  workloads: readonly JsonObject[],
  services: readonly Service[],
): readonly Row[] {
  return byName(
    workloads.map((object) => {
      const name = labelsIn(object)[stackLabels.service] ?? "";
      const { mode, replicas } = countsOf(object);
      return {
        ID: shortId(metadataOf(object).uid),
        Name: `${stack}_${name}`,
        Mode: mode,
        Replicas: replicas,
        Image: imageOf(object, name),
        Ports: portsOf(name, services),
      };
    }),
  );
}

interface Counts {
  readonly mode: "replicated" | "global" | "replicated job";
  readonly replicas: string;
}

function countsOf(object: JsonObject): Counts {
  switch (kindIn(object)) {
    case "DaemonSet":
      return { mode: "global", replicas: daemonCounts(object) };
    case "Job":
      return { mode: "replicated job", replicas: jobCounts(object) };
    case "CronJob":
      return { mode: "replicated job", replicas: `0/0 (${decodeCronJob(object).spec?.schedule})` };
    default:
      return { mode: "replicated", replicas: replicaCounts(object) };
  }
}

function daemonCounts(object: JsonObject): string {
  const { numberReady = 0, desiredNumberScheduled = 0 } = decodeDaemonSet(object).status ?? {};
  return `${numberReady}/${desiredNumberScheduled}`;
}

function jobCounts(object: JsonObject): string {
  const { spec, status } = decodeJob(object);
  const { ready = 0, succeeded = 0 } = status ?? {};
  const { completions = 1, parallelism = 1 } = spec ?? {};
  return `${ready}/${parallelism} (${succeeded}/${completions} completed)`;
}

/** Of a Deployment, and in the same words of a StatefulSet. */
function replicaCounts(object: JsonObject): string {
  const { spec, status } = decodeDeployment(object);
  return `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 1}`;
}

function imageOf(object: JsonObject, service: string): string {
  const isTimed = kindIn(object) === "CronJob";
  const spec = isTimed ? decodeCronJob(object).spec?.jobTemplate.spec : undefined;
  const template = (spec ?? decodeDeployment(object).spec)?.template;
  const containers = template?.spec?.containers ?? [];
  return (containers.find(({ name }) => name === service) ?? containers[0])?.image ?? "";
}

/** `*:30000->3232/tcp`, of what leads to the service from outside. */
function portsOf(name: string, services: readonly Service[]): string {
  const own = services.filter(({ metadata }) => metadata?.labels?.[stackLabels.service] === name);
  return own.flatMap(outerPorts).join(",");
}

function outerPorts({ spec }: Service): readonly string[] {
  if (spec?.type !== "LoadBalancer" && spec?.type !== "NodePort") return [];
  return (spec.ports ?? []).map(({ port, nodePort, targetPort, protocol = "TCP" }) => {
    const outer = spec.type === "NodePort" ? nodePort : port;
    return `*:${outer}->${targetPort ?? port}/${protocol.toLowerCase()}`;
  });
}

/** Whether an object has the label `key`, or `key=value`. */
export function hasLabel(object: JsonObject, label: string): boolean {
  const [key = "", ...rest] = label.split("=");
  const value = labelsIn(object)[key];
  return value !== undefined && (rest.length === 0 || value === rest.join("="));
}
