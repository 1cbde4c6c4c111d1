/** A container as the runtime is asked to make it. Pure. */

import type { Live } from "#api";
import type { Container, Pod } from "#api/core/v1";
import type { ContainerConfig, EnvValue, Mount } from "../runtime-config.ts";
import type { ImageFacts } from "../runtime-state.ts";
import { formatResources } from "../resize/resources-text.ts";
import { expand } from "./environment.ts";
import {
  containerHashAnnotation,
  containerNameLabel,
  containerResourcesAnnotation,
  podNameLabel,
  podNamespaceLabel,
  podUidLabel,
  terminationPathAnnotation,
  terminationPolicyAnnotation,
} from "./labels.ts";
import { containerResources } from "./resources.ts";
import { containerSecurity } from "./security.ts";

export interface ContainerFacts {
  readonly attempt: number;
  /** Reference or id by which the runtime has the image. */
  readonly imageRef: string;
  readonly image: ImageFacts | undefined;
  readonly environment: readonly EnvValue[];
  readonly mounts: readonly Mount[];
  /** The runtime's id of the container whose process namespace this one joins. */
  readonly targetId: string | undefined;
  readonly nodeMemoryBytes: number;
}

export const terminationPathDefault = "/dev/termination-log";

export function containerConfigOf(
  pod: Live<Pod>,
  container: Container,
  facts: ContainerFacts,
): ContainerConfig {
  const { name, namespace = "", uid } = pod.metadata;
  const values = new Map(facts.environment.map(({ key, value }) => [key, value]));
  return {
    metadata: { name: container.name, attempt: facts.attempt },
    image: { image: facts.imageRef, userSpecifiedImage: container.image ?? "" },
    command: (container.command ?? []).map((word) => expand(word, values)),
    args: (container.args ?? []).map((word) => expand(word, values)),
    workingDir: container.workingDir ?? "",
    envs: facts.environment,
    mounts: facts.mounts,
    devices: [],
    labels: {
      [containerNameLabel]: container.name,
      [podNameLabel]: name,
      [podNamespaceLabel]: namespace,
      [podUidLabel]: uid,
    },
    annotations: {
      [containerHashAnnotation]: containerHash(container),
      [containerResourcesAnnotation]: formatResources(container.resources ?? {}),
      [terminationPathAnnotation]: container.terminationMessagePath ?? terminationPathDefault,
      [terminationPolicyAnnotation]: container.terminationMessagePolicy ?? "File",
    },
    logPath: `${container.name}/${facts.attempt}.log`,
    stdin: container.stdin === true,
    stdinOnce: container.stdinOnce === true,
    tty: container.tty === true,
    linux: {
      resources: containerResources(pod, container, facts.nodeMemoryBytes),
      securityContext: containerSecurity(pod, container, facts),
    },
    stopSignal: container.lifecycle?.stopSignal,
  };
}

/** Changes exactly when the running container no longer is what its spec says: name or image. */
export function containerHash({ name, image }: Container): string {
  let hash = 0x811c9dc5;
  for (const character of `${name}\n${image ?? ""}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash.toString(16);
}
