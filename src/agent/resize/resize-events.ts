/** What Events say of a resize: the step, and resources as JSON, in upstream's form. Pure. */

import type { Live } from "#api";
import type { Container, Pod } from "#api/core/v1";
import type { EventFacts } from "#client";

export function resizeStarted(pod: Live<Pod>, generation: number): EventFacts {
  const message = textOf("Pod resize started", pod, generation);
  return { type: "Normal", reason: "ResizeStarted", message };
}

export function resizeCompleted(pod: Live<Pod>, generation: number): EventFacts {
  const message = textOf("Pod resize completed", pod, generation);
  return { type: "Normal", reason: "ResizeCompleted", message };
}

export function resizeFailed(pod: Live<Pod>, generation: number, error: string): EventFacts {
  const message = textOf("Pod resize error", pod, generation, error);
  return { type: "Warning", reason: "ResizeError", message };
}

/** @param shortage what the node lacks, such as `OutOfcpu` */
export function resizeDeferred(
  pod: Live<Pod>,
  generation: number,
  { shortage, error }: { readonly shortage: string; readonly error: string },
): EventFacts {
  const message = textOf(`Pod resize ${shortage}`, pod, generation, error);
  return { type: "Warning", reason: "ResizeDeferred", message };
}

function textOf(prefix: string, { spec }: Live<Pod>, generation: number, error?: string): string {
  const { initContainers = [], containers } = spec;
  const summary = {
    ...(initContainers.length === 0 ? {} : { initContainers: initContainers.map(summaryOf) }),
    containers: containers.map(summaryOf),
    generation,
    ...(error === undefined ? {} : { error }),
  };
  return `${prefix}: ${JSON.stringify(summary)}`;
}

function summaryOf({ name, resources: { limits, requests } = {} }: Container) {
  return { name, resources: { limits: sorted(limits), requests: sorted(requests) } };
}

function sorted(list: Readonly<Record<string, string>> | undefined) {
  if (list === undefined || Object.keys(list).length === 0) return undefined;
  return Object.fromEntries(
    Object.entries(list).sort(([left], [right]) => (left < right ? -1 : 1)),
  );
}
