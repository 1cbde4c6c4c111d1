import { compareText } from "#base";
import { lease } from "#api/coordination/v1";
import { type Node, node } from "#api/core/v1";
import { runtimeClass } from "#api/node/v1";
import { ageColumn, column, nameColumn, printerOf, wide } from "./column.ts";
import { conditionStatus, orNone } from "./text.ts";

const rolePrefix = "node-role.kubernetes.io/";
const roleLabel = "kubernetes.io/role";

export const nodePrinter = printerOf(node, [
  nameColumn,
  column("Status", "Whether the node is ready and takes pods.", statusOf),
  column("Roles", "Roles that the node's labels give it.", ({ metadata }) =>
    orNone(rolesOf(metadata?.labels).join(",")),
  ),
  ageColumn,
  column(
    "Version",
    "Version of the node agent.",
    ({ status }) => status?.nodeInfo?.kubeletVersion ?? "",
  ),
  wide(column("Internal-IP", "Address inside the cluster.", addressOf("InternalIP"))),
  wide(column("External-IP", "Address outside the cluster.", addressOf("ExternalIP"))),
  wide(
    column("OS-Image", "Operating system.", ({ status }) => orUnknown(status?.nodeInfo?.osImage)),
  ),
  wide(column("Kernel-Version", "Kernel, and the machine's architecture.", kernelOf)),
  wide(
    column("Container-Runtime", "Runtime and its version.", ({ status }) =>
      orUnknown(status?.nodeInfo?.containerRuntimeVersion),
    ),
  ),
]);

export const runtimeClassPrinter = printerOf(runtimeClass, [
  nameColumn,
  column("Handler", "What the container runtime calls the class.", ({ handler }) => handler),
  ageColumn,
]);

export const leasePrinter = printerOf(lease, [
  nameColumn,
  column("Holder", "Who holds the lease.", ({ spec }) => spec?.holderIdentity ?? ""),
  ageColumn,
]);

function statusOf({ spec, status }: Node): string {
  const ready = conditionStatus(status?.conditions, "Ready");
  const readiness = ready === undefined ? "Unknown" : ready === "True" ? "Ready" : "NotReady";
  return spec?.unschedulable === true ? `${readiness},SchedulingDisabled` : readiness;
}

function rolesOf(labels: Readonly<Record<string, string>> | undefined): readonly string[] {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(labels ?? {})) {
    const role = key.startsWith(rolePrefix) ? key.slice(rolePrefix.length) : "";
    if (role !== "") roles.add(role);
    if (key === roleLabel && value !== "") roles.add(value);
  }
  return [...roles].sort(compareText);
}

function addressOf(wanted: string): (object: Node) => string {
  return ({ status }) => {
    const found = status?.addresses?.find(({ type }) => type === wanted);
    return found?.address ?? "<none>";
  };
}

function kernelOf({ status }: Node): string {
  const kernel = orUnknown(status?.nodeInfo?.kernelVersion);
  const architecture = status?.nodeInfo?.architecture ?? "";
  return architecture === "" ? kernel : `${kernel} (${architecture})`;
}

function orUnknown(text: string | undefined): string {
  return text === undefined || text === "" ? "<unknown>" : text;
}
