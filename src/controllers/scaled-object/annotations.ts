/** How a ScaledObject's annotations steer it, by KEDA's names. Pure. */

import type { Live } from "#api";
import type { ScaledObject } from "#api/keda/v1alpha1";

const prefix = "autoscaling.keda.sh";

export interface Steering {
  /** Nothing is scaled at all. */
  readonly isPaused: boolean;
  /** Text of the size to be paused at; undefined when it stays as it is. */
  readonly pausedReplicas: string | undefined;
  readonly isScaleInPaused: boolean;
  readonly isScaleOutPaused: boolean;
  /** Active whatever the triggers say. */
  readonly isForced: boolean;
}

export function steeringOf({ metadata }: Live<ScaledObject>): Steering {
  const { annotations = {} } = metadata;
  const pausedReplicas = annotations[`${prefix}/paused-replicas`];
  const isTrue = (name: string) => isTrueText(annotations[`${prefix}/${name}`]);
  return {
    isPaused: pausedReplicas !== undefined || isTrue("paused"),
    pausedReplicas,
    isScaleInPaused: isTrue("paused-scale-in"),
    isScaleOutPaused: isTrue("paused-scale-out"),
    isForced: isTrue("force-activation"),
  };
}

const falseTexts: ReadonlySet<string> = new Set(["0", "f", "F", "false", "False", "FALSE"]);

/** What is no truth value at all counts as true, as upstream has it. */
function isTrueText(text: string | undefined): boolean {
  return text !== undefined && !falseTexts.has(text);
}
