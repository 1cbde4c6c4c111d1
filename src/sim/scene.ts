/**
 * What is simulated: an autoscaler, the workload that it sizes and the nodes that there are, made ready for a
 * control plane of their own. From the template of the pods goes what only real nodes could give.
 */

import {
  findKind,
  type JsonObject,
  type JsonValue,
  listAt,
  objectAt,
  parseQuantity,
  textAt,
  valueAt,
  withValueAt,
} from "#api";
import { scalarText } from "./scalar-text.ts";

export interface Scene {
  readonly autoscaler: JsonObject;
  /** What the autoscaler points at. */
  readonly target: JsonObject;
  readonly nodes: readonly JsonObject[];
  /** Nodes that come and go beside those. */
  readonly nodeGroups: readonly JsonObject[];
}

/** What cannot be simulated, and what to do about it. */
export class SceneError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = "SceneError";
  }
}

const scalable = ["Deployment", "ReplicaSet", "StatefulSet", "ReplicationController"];
export const sceneNamespace = "default";

/** The autoscaler among manifests; the first, where there are several. */
export function findAutoscaler(
  manifests: readonly JsonValue[],
  name: string | undefined,
): JsonObject | undefined {
  const found = manifests.find(
    (one) =>
      textAt(one, "kind") === "HorizontalPodAutoscaler" &&
      (name === undefined || textAt(one, "metadata", "name") === name),
  );
  return found === undefined ? undefined : objectAt(found);
}

/** What the autoscaler points at, among manifests. */
export function findTarget(
  autoscaler: JsonObject,
  manifests: readonly JsonValue[],
): JsonObject | undefined {
  const { kind, name } = targetOf(autoscaler);
  const found = manifests.find(
    (one) => textAt(one, "kind") === kind && textAt(one, "metadata", "name") === name,
  );
  return found === undefined ? undefined : objectAt(found);
}

export function targetOf(autoscaler: JsonObject) {
  return {
    apiVersion: textAt(autoscaler, "spec", "scaleTargetRef", "apiVersion"),
    kind: textAt(autoscaler, "spec", "scaleTargetRef", "kind"),
    name: textAt(autoscaler, "spec", "scaleTargetRef", "name"),
  };
}

/** A workload as an autoscaler names it, whose pods ask for this much. */
export function workloadOf(autoscaler: JsonObject, requests: JsonObject): JsonObject {
  const { kind, name } = targetOf(autoscaler);
  const labels = { app: name };
  const containers = [{ name: "app", image: name, resources: { requests } }];
  const template = { metadata: { labels }, spec: { containers } };
  return {
    apiVersion: kind === "ReplicationController" ? "v1" : "apps/v1",
    kind,
    metadata: { name },
    spec: {
      selector: kind === "ReplicationController" ? labels : { matchLabels: labels },
      template,
      ...(kind === "StatefulSet" ? { serviceName: name } : {}),
    },
  };
}

/** Nodes that nothing but their size tells apart. */
export function equalNodes(count: number, size: { readonly cpu: string; readonly memory: string }) {
  return Array.from({ length: count }, (_, index): JsonObject => {
    const name = `node-${index + 1}`;
    const allocatable = { cpu: size.cpu, memory: size.memory, pods: "110" };
    return {
      metadata: { name, labels: { "kubernetes.io/hostname": name } },
      status: { allocatable, capacity: allocatable },
    };
  });
}

/** Where `nodes` is undefined and there are no groups, there is room for everything. */
export function sceneOf(
  autoscaler: JsonObject,
  target: JsonObject,
  nodes: readonly JsonObject[] | undefined,
  nodeGroups: readonly JsonObject[],
): Scene {
  const { kind, name } = targetOf(autoscaler);
  if (!scalable.includes(kind)) {
    const kinds = scalable.join(", ");
    throw new SceneError(
      `a ${kind || "target without kind"} cannot be simulated; these can: ${kinds}`,
    );
  }
  const areNodesMadeUp = nodes === undefined && nodeGroups.length === 0;
  const minReplicas = valueAt(autoscaler, "spec", "minReplicas");
  const replicas = valueAt(target, "spec", "replicas") ?? minReplicas ?? 1;
  const spec = {
    ...objectAt(target, "spec"),
    replicas,
    template: simulatedTemplate(objectAt(target, "spec", "template"), areNodesMadeUp),
  };
  return {
    autoscaler: bare(autoscaler, textAt(autoscaler, "metadata", "name") || name),
    target: { ...bare(target, name), spec: withValueAt(spec, ["volumeClaimTemplates"], undefined) },
    nodes: nodes?.map(bareNode) ?? (areNodesMadeUp ? [endlessNode] : []),
    nodeGroups: nodeGroups.map(bareGroup),
  };
}

/** Without what a server has added, in the namespace of the simulation. */
function bare(object: JsonObject, name: string): JsonObject {
  const labels = objectAt(object, "metadata", "labels");
  const annotations = objectAt(object, "metadata", "annotations");
  const metadata = { name, namespace: sceneNamespace, labels, annotations };
  return {
    apiVersion: textAt(object, "apiVersion"),
    kind: textAt(object, "kind"),
    metadata,
    spec: objectAt(object, "spec"),
  };
}

function bareNode(node: JsonObject): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: textAt(node, "metadata", "name"),
      labels: objectAt(node, "metadata", "labels"),
    },
    spec: {
      taints: listAt(node, "spec", "taints"),
      unschedulable: valueAt(node, "spec", "unschedulable") === true,
    },
    status: {
      allocatable: objectAt(node, "status", "allocatable"),
      capacity: objectAt(node, "status", "capacity"),
    },
  };
}

function bareGroup(group: JsonObject): JsonObject {
  return {
    apiVersion: "autoscaling.wherry.dev/v1",
    kind: "NodeGroup",
    metadata: { name: textAt(group, "metadata", "name") },
    spec: objectAt(group, "spec"),
  };
}

const endless = { cpu: "1000000", memory: "1000000Gi", pods: "1000000" };
const endlessNode: JsonObject = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "endless", labels: { "kubernetes.io/hostname": "endless" } },
  status: { allocatable: endless, capacity: endless },
};

const placing = ["nodeSelector", "affinity", "topologySpreadConstraints", "nodeName"];
const machineBound = ["volumes", "serviceAccountName", "serviceAccount", "priorityClassName"];
const containerBound = ["volumeMounts", "volumeDevices", "envFrom", "env", "ports"];

/** Volumes, accounts and the like decide nothing here; where nodes are made up, neither do rules about them. */
function simulatedTemplate(template: JsonObject, areNodesMadeUp: boolean): JsonObject {
  const spec = without(objectAt(template, "spec"), [
    ...machineBound,
    ...(areNodesMadeUp ? placing : []),
  ]);
  const plain = (name: string) =>
    listAt(spec, name).map((container) => without(objectAt(container), containerBound));
  const { metadata } = template;
  return {
    ...(metadata === undefined ? {} : { metadata }),
    spec: {
      ...spec,
      containers: plain("containers"),
      ...(spec["initContainers"] === undefined ? {} : { initContainers: plain("initContainers") }),
    },
  };
}

function without(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/** Thousandths of a core that the worker of each pod may use: its limit; without one, a core or what it requests. */
export function capacityMillisOf(target: JsonObject, container: string): number {
  const worker = workerOf(target, container);
  const limit = cpuMillisAt(worker, "limits");
  if (limit !== undefined) return limit;
  return Math.max(1000, cpuMillisAt(worker, "requests") ?? 0);
}

/** The name of the container that does the work. */
export function workerNameOf(target: JsonObject, container: string): string {
  return textAt(workerOf(target, container), "name");
}

function workerOf(target: JsonObject, container: string): JsonValue | undefined {
  const containers = listAt(target, "spec", "template", "spec", "containers");
  if (container === "") return containers[0];
  const found = containers.find((one) => textAt(one, "name") === container);
  if (found === undefined) throw new SceneError(`the pods have no container "${container}"`);
  return found;
}

function cpuMillisAt(
  container: JsonValue | undefined,
  kind: "limits" | "requests",
): number | undefined {
  const amount = valueAt(container, "resources", kind, "cpu");
  return amount === undefined
    ? undefined
    : Number(parseQuantity(scalarText(amount, "cpu")).nanos) / 1e6;
}

/** Where objects like this are made. */
export function collectionPath(object: JsonObject): string {
  const apiVersion = textAt(object, "apiVersion");
  const kind = textAt(object, "kind");
  const resource = findKind(apiVersion, kind)?.resource;
  if (resource === undefined) throw new SceneError(`no kind "${kind}" in version "${apiVersion}"`);
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const place = resource.namespaced ? `/namespaces/${sceneNamespace}` : "";
  return `${root}${place}/${resource.name}`;
}
