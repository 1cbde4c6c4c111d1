/** Which pods an autoscaler's target has, and whether another autoscaler has them too. Pure. */

import {
  type CompiledLabelSelector,
  type Live,
  matchesLabels,
  parseLabelSelector,
  ValueError,
} from "#api";
import type { Pod } from "#api/core/v1";
import { compareText } from "#base";
import type { EventFacts } from "#client";

/** What autoscalers of one namespace select, by the autoscaler's name, as far as that is known. */
type KnownSelectors = ReadonlyMap<string, CompiledLabelSelector>;

export type SelectedPods =
  | {
      readonly kind: "selected";
      readonly selector: CompiledLabelSelector;
      readonly pods: readonly Live<Pod>[];
    }
  | {
      readonly kind: "unusable";
      /** Of the condition ScalingActive. */
      readonly reason: string;
      readonly message: string;
      readonly event: EventFacts;
      /** Known even if others share it. */
      readonly selector: CompiledLabelSelector | undefined;
    };

export interface SelectionFacts {
  readonly namespace: string;
  /** The autoscaler's name. */
  readonly name: string;
  /** The text of the target's selector. */
  readonly text: string;
  /** The namespace's pods. */
  readonly pods: readonly Live<Pod>[];
  /** Those of the other autoscalers of the namespace. */
  readonly others: KnownSelectors;
}

export function selectPods({ namespace, name, text, pods, others }: SelectionFacts): SelectedPods {
  if (text === "") {
    return unusable("InvalidSelector", "the HPA target's scale is missing a selector", {
      type: "Warning",
      reason: "SelectorRequired",
      message: "selector is required",
    });
  }
  const selector = parsed(text);
  if (selector instanceof ValueError) {
    const message = `couldn't convert selector into a corresponding internal selector object: ${selector.message}`;
    return unusable("InvalidSelector", message, {
      type: "Warning",
      reason: "InvalidSelector",
      message,
    });
  }
  const own = pods.filter(({ metadata }) => matchesLabels(selector, metadata.labels ?? {}));
  const rivals = [...others]
    .filter(([, other]) => own.some(({ metadata }) => matchesLabels(other, metadata.labels ?? {})))
    .map(([rival]) => rival);
  if (rivals.length === 0) return { kind: "selected", selector, pods: own };
  const all = [name, ...rivals].sort(compareText).map((one) => `${namespace}/${one}`);
  const message = `pods by selector ${text} are controlled by multiple HPAs: [${all.join(" ")}]`;
  const event = { type: "Warning", reason: "AmbiguousSelector", message } as const;
  return { ...unusable("AmbiguousSelector", message, event), selector };
}

function unusable(reason: string, message: string, event: EventFacts) {
  return { kind: "unusable", reason, message, event, selector: undefined } as const;
}

function parsed(text: string): CompiledLabelSelector | ValueError {
  try {
    return parseLabelSelector(text);
  } catch (error) {
    if (error instanceof ValueError) return error;
    throw error;
  }
}
