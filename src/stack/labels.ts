import type { StackOptions } from "./options.ts";
import { isLabelValue } from "./names.ts";

export type Labels = Readonly<Record<string, string>>;

/** By which label keys objects of a stack are found again. */
export const stackLabels = {
  stack: "com.docker.stack.namespace",
  service: "com.docker.service.name",
  id: "com.docker.service.id",
  project: "com.docker.compose.project",
  composeService: "com.docker.compose.service",
  manager: "app.kubernetes.io/managed-by",
} as const;

/** Who made the objects. */
export const managerName = "wherry";

/** Of everything in a stack. */
export function stackObjectLabels({ stack }: StackOptions): Labels {
  return {
    [stackLabels.stack]: stack,
    [stackLabels.project]: stack,
    "app.kubernetes.io/part-of": stack,
    [stackLabels.manager]: managerName,
  };
}

/** Of everything that belongs to one service. */
export function serviceObjectLabels(options: StackOptions, name: string): Labels {
  const id = `${options.stack}-${name}`;
  return {
    ...stackObjectLabels(options),
    [stackLabels.service]: name,
    [stackLabels.composeService]: name,
    "app.kubernetes.io/name": name,
    ...(isLabelValue(id) ? { [stackLabels.id]: id } : {}),
  };
}

/** What selects a service's pods. It can never change, so it is as little as it can be. */
export function podSelector({ stack }: StackOptions, name: string): Labels {
  return { [stackLabels.stack]: stack, [stackLabels.service]: name };
}
