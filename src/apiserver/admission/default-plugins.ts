import type { Clock, Random } from "#base";
import type { AdmissionPlugin } from "../admission.ts";
import type { Objects } from "../objects/objects.ts";
import { defaultStorageClass } from "./default-storage-class/plugin.ts";
import { defaultTolerations } from "./default-tolerations/plugin.ts";
import { inertKindWarnings } from "./inert-kinds/plugin.ts";
import { limitRanger } from "./limit-ranger/plugin.ts";
import { namespaceLifecycle } from "./namespace-lifecycle/plugin.ts";
import { nodeRestriction } from "./node-restriction/plugin.ts";
import { nodeTaint } from "./node-taint/plugin.ts";
import { podResizeValidator } from "./pod-resize/plugin.ts";
import { priorityPlugin } from "./priority/plugin.ts";
import { resourceQuotaPlugin } from "./resource-quota/plugin.ts";
import { runtimeClassPlugin } from "./runtime-class/plugin.ts";
import { serviceAccountPlugin } from "./service-account/plugin.ts";
import { storageProtection } from "./storage-protection/plugin.ts";
import { verticalPodAutoscalerPlugin } from "./vertical-pod-autoscaler/plugin.ts";

export interface PluginDeps {
  readonly objects: Objects;
  readonly clock: Clock;
  readonly random: Random;
}

/** What a cluster checks and fills in by default, in upstream's order; what is our own comes last. */
export function defaultPlugins(deps: PluginDeps): readonly AdmissionPlugin[] {
  return [
    namespaceLifecycle(deps),
    // Before what fills in and bounds requests, as upstream's webhook is.
    verticalPodAutoscalerPlugin(deps),
    limitRanger(deps),
    serviceAccountPlugin(deps),
    nodeRestriction(deps),
    nodeTaint,
    priorityPlugin(deps),
    defaultTolerations,
    defaultStorageClass(deps),
    storageProtection,
    runtimeClassPlugin(deps),
    podResizeValidator(deps),
    resourceQuotaPlugin(deps),
    inertKindWarnings,
  ];
}
