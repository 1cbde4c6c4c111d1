/** The pods that a Job creates. Pure. */

import type { Live } from "#api";
import type { Job } from "#api/batch/v1";
import type { Container, Pod } from "#api/core/v1";
import type { Owner } from "../ownership.ts";
import { podFromTemplate } from "../pod-template.ts";
import type { PodWish } from "./plan.ts";
import { failuresName, ignoredName, indexName, trackingFinalizer } from "./pod-facts.ts";

/** Names are made of this and five letters, and may have 63 characters as host names. */
const prefixCharsMax = 58;

export function podOfJob(job: Live<Job>, owner: Owner, wish: PodWish): Pod {
  const { name } = job.metadata;
  const { index } = wish;
  const pod = podFromTemplate(job.spec.template, owner, `${name}-`);
  const finalizers = [...new Set([...(pod.metadata?.finalizers ?? []), trackingFinalizer])];
  if (index === undefined || pod.spec === undefined) {
    return { ...pod, metadata: { ...pod.metadata, finalizers } };
  }
  const suffix = `-${index}-`;
  const generateName = `${name.slice(0, prefixCharsMax - suffix.length)}${suffix}`;
  return {
    metadata: {
      ...pod.metadata,
      generateName,
      finalizers,
      labels: { ...pod.metadata?.labels, [indexName]: String(index) },
      annotations: {
        ...pod.metadata?.annotations,
        [indexName]: String(index),
        ...failureAnnotations(wish),
      },
    },
    spec: {
      ...pod.spec,
      hostname: `${name}-${index}`,
      containers: pod.spec.containers.map(withIndexVariable),
      initContainers: pod.spec.initContainers?.map(withIndexVariable),
    },
  };
}

function failureAnnotations({ failures }: PodWish): Readonly<Record<string, string>> {
  if (failures === undefined) return {};
  const counted = { [failuresName]: String(failures.counted) };
  return failures.ignored === 0 ? counted : { ...counted, [ignoredName]: String(failures.ignored) };
}

const variableName = "JOB_COMPLETION_INDEX";

/** The variable follows the annotation; a container that defines it itself keeps its own. */
function withIndexVariable(container: Container): Container {
  if (container.env?.some(({ name }) => name === variableName)) return container;
  const fieldPath = `metadata.annotations['${indexName}']`;
  const variable = { name: variableName, valueFrom: { fieldRef: { apiVersion: "v1", fieldPath } } };
  return { ...container, env: [...(container.env ?? []), variable] };
}
