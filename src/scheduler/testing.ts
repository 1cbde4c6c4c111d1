/** A small language for the scheduler's tests: nodes and pods in one line each. */

import type { Live } from "#api";
import type { Node, Pod, PodSpec } from "#api/core/v1";

const created = "2026-01-01T00:00:00Z";

function metadataOf(name: string, labels: Readonly<Record<string, string>>) {
  return { name, uid: `uid-${name}`, resourceVersion: "1", creationTimestamp: created, labels };
}

/** `a cpu=4 memory=8Gi pods=110 zone=x taint=key:NoSchedule cordoned` */
export function parseNode(notation: string): Live<Node> {
  const { name, facts, words } = parseWords(notation);
  const { cpu = "4", memory = "8Gi", pods = "110", taint, ...labels } = facts;
  const [key = "", effect = ""] = (taint ?? "").split(":");
  return {
    metadata: metadataOf(name, { "kubernetes.io/hostname": name, ...labels }),
    spec: {
      ...(taint === undefined ? {} : { taints: [{ key, effect }] }),
      ...(words.includes("cordoned") ? { unschedulable: true } : {}),
    },
    status: { allocatable: { cpu, memory, pods } },
  };
}

/** `p cpu=1 memory=1Gi port=80 on=node priority=5 app=web`, and further fields of the spec. */
export function parsePod(notation: string, spec: Partial<PodSpec> = {}): Live<Pod> {
  const { name, facts } = parseWords(notation);
  const { cpu, memory, port, on, priority, ...labels } = facts;
  const requests = {
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
  };
  const ports = port === undefined ? [] : [{ containerPort: Number(port), hostPort: Number(port) }];
  return {
    metadata: { ...metadataOf(name, labels), namespace: "default" },
    spec: {
      containers: [{ name: "app", resources: { requests }, ports }],
      schedulerName: "default-scheduler",
      ...(on === undefined ? {} : { nodeName: on }),
      ...(priority === undefined ? {} : { priority: Number(priority) }),
      ...spec,
    },
    status: { phase: on === undefined ? "Pending" : "Running" },
  };
}

function parseWords(notation: string) {
  const [name = "", ...words] = notation.split(" ");
  const facts: Record<string, string> = Object.fromEntries(
    words.filter((word) => word.includes("=")).map((word) => word.split("=", 2)),
  );
  return { name, facts, words };
}
