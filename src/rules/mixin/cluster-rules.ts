import { apiSloGroups } from "./api-slo.ts";
import { appGroups } from "./apps.ts";
import { controlPlaneGroups } from "./control-plane.ts";
import { generalGroups } from "./general.ts";
import { kubeletGroups } from "./kubelet.ts";
import { monitoringGroups } from "./monitoring.ts";
import { nodeAlertGroups } from "./node-alerts.ts";
import { nodeRecordingGroups } from "./node-recordings.ts";
import { resourceGroups } from "./resources.ts";
import type { GroupSource } from "./rule-source.ts";
import { workloadRecordingGroups } from "./workload-recordings.ts";

/**
 * The rules that a cluster brings along, under the names that dashboards and runbooks for Kubernetes
 * know. Recordings come before the alerts that read them.
 */
const clusterRules: readonly GroupSource[] = [
  ...generalGroups,
  ...workloadRecordingGroups,
  ...nodeRecordingGroups,
  ...apiSloGroups,
  ...kubeletGroups,
  ...appGroups,
  ...resourceGroups,
  ...controlPlaneGroups,
  ...nodeAlertGroups,
  ...monitoringGroups,
];

/** The content of a rule file with all of them; JSON, which is YAML, too. */
export function formatClusterRules(): string {
  return `${JSON.stringify({ groups: clusterRules }, undefined, 2)}\n`;
}
