import type { BehaviorEntry } from "./behavior.ts";
import { otherDefaults } from "./defaults/others.ts";
import { workloadDefaults } from "./defaults/workloads.ts";
import { namespaceBehavior } from "./namespace/behavior.ts";
import { podBehavior } from "./pod/behavior.ts";
import { kindTraits } from "./traits.ts";

/** How all kinds behave. Several entries of one kind complete each other; the last word counts. */
export const allBehaviors: readonly BehaviorEntry[] = [
  ...kindTraits,
  ...workloadDefaults,
  ...otherDefaults,
  podBehavior,
  namespaceBehavior,
];
