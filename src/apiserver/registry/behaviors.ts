import type { BehaviorEntry } from "./behavior.ts";
import { declaredDefaults } from "./defaults/declared.ts";
import { otherDefaults } from "./defaults/others.ts";
import { workloadDefaults } from "./defaults/workloads.ts";
import { alertmanagerConfigView } from "./alertmanager-config/versions.ts";
import { eventView } from "./event/versions.ts";
import { horizontalPodAutoscalerView } from "./horizontal-pod-autoscaler/versions.ts";
import { jobBehavior } from "./job/behavior.ts";
import { namespaceBehavior } from "./namespace/behavior.ts";
import { podBehavior } from "./pod/behavior.ts";
import { secretBehavior } from "./secret/behavior.ts";
import { serviceBehavior } from "./service/behavior.ts";
import { kindTraits } from "./traits.ts";
import { validators } from "./validation/validators.ts";
import type { VersionView } from "./version-view.ts";

/** The kinds that show the objects of others. */
export const allViews: readonly VersionView[] = [
  eventView,
  horizontalPodAutoscalerView,
  alertmanagerConfigView,
];

/** How all kinds behave. Several entries of one kind complete each other (`completed`). */
export const allBehaviors: readonly BehaviorEntry[] = [
  ...kindTraits,
  ...workloadDefaults,
  ...otherDefaults,
  ...declaredDefaults,
  ...validators,
  podBehavior,
  secretBehavior,
  serviceBehavior,
  jobBehavior,
  namespaceBehavior,
];
