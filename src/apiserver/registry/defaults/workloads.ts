/** Defaults of workloads. Source: upstream's `pkg/apis/{apps,batch}/v1/defaults.go`. */

import {
  type DaemonSet,
  daemonSet,
  type Deployment,
  deployment,
  type ReplicaSet,
  replicaSet,
  type StatefulSet,
  statefulSet,
} from "#api/apps/v1";
import { type CronJob, cronJob, type Job, job, type JobSpec } from "#api/batch/v1";
import {
  type Pod,
  pod,
  podTemplate,
  type ReplicationController,
  replicationController,
} from "#api/core/v1";
import { type BehaviorEntry, defineBehavior } from "../behavior.ts";
import { fill } from "./fill.ts";
import { withPodSpecDefaults, withTemplateDefaults } from "./pod-spec.ts";

/** How workloads fill in what their authors left open. */
export const workloadDefaults: readonly BehaviorEntry[] = [
  defineBehavior(pod, { applyDefaults: withPodDefaults }),
  defineBehavior(podTemplate, {
    applyDefaults: (object) =>
      object.template === undefined
        ? object
        : { ...object, template: withTemplateDefaults(object.template) },
  }),
  defineBehavior(deployment, { applyDefaults: withDeploymentDefaults }),
  defineBehavior(replicaSet, { applyDefaults: withReplicaSetDefaults }),
  defineBehavior(statefulSet, { applyDefaults: withStatefulSetDefaults }),
  defineBehavior(daemonSet, { applyDefaults: withDaemonSetDefaults }),
  defineBehavior(replicationController, { applyDefaults: withReplicationControllerDefaults }),
  defineBehavior(job, { applyDefaults: withJobDefaults }),
  defineBehavior(cronJob, { applyDefaults: withCronJobDefaults }),
];

function withPodDefaults(object: Pod): Pod {
  return object.spec === undefined ? object : { ...object, spec: withPodSpecDefaults(object.spec) };
}

const quarter = "25%";

function withDeploymentDefaults(object: Deployment): Deployment {
  if (object.spec === undefined) return object;
  const spec = fill(object.spec, {
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
  });
  const strategy = fill(spec.strategy ?? {}, { type: "RollingUpdate" });
  const rolling = fill(strategy.rollingUpdate ?? {}, {
    maxUnavailable: quarter,
    maxSurge: quarter,
  });
  return {
    ...object,
    spec: {
      ...spec,
      strategy:
        strategy.type === "RollingUpdate" ? { ...strategy, rollingUpdate: rolling } : strategy,
      template: withTemplateDefaults(spec.template),
    },
  };
}

function withReplicaSetDefaults(object: ReplicaSet): ReplicaSet {
  if (object.spec === undefined) return object;
  const spec = fill(object.spec, { replicas: 1 });
  if (spec.template === undefined) return { ...object, spec };
  return { ...object, spec: { ...spec, template: withTemplateDefaults(spec.template) } };
}

function withStatefulSetDefaults(object: StatefulSet): StatefulSet {
  if (object.spec === undefined) return object;
  const spec = fill(object.spec, {
    replicas: 1,
    revisionHistoryLimit: 10,
    podManagementPolicy: "OrderedReady",
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
  });
  const strategy = fill(spec.updateStrategy ?? {}, { type: "RollingUpdate" });
  const rolling = fill(strategy.rollingUpdate ?? {}, { partition: 0 });
  return {
    ...object,
    spec: {
      ...spec,
      updateStrategy:
        strategy.type === "RollingUpdate" ? { ...strategy, rollingUpdate: rolling } : strategy,
      template: withTemplateDefaults(spec.template),
      ...(spec.volumeClaimTemplates === undefined
        ? {}
        : {
            volumeClaimTemplates: spec.volumeClaimTemplates.map((claim) => ({
              ...claim,
              apiVersion: "v1",
              kind: "PersistentVolumeClaim",
              spec: fill(claim.spec ?? {}, { volumeMode: "Filesystem" }),
              status: fill(claim.status ?? {}, { phase: "Pending" }),
            })),
          }),
    },
  };
}

function withDaemonSetDefaults(object: DaemonSet): DaemonSet {
  if (object.spec === undefined) return object;
  const spec = fill(object.spec, { revisionHistoryLimit: 10 });
  const strategy = fill(spec.updateStrategy ?? {}, { type: "RollingUpdate" });
  const rolling = fill(strategy.rollingUpdate ?? {}, { maxUnavailable: 1, maxSurge: 0 });
  return {
    ...object,
    spec: {
      ...spec,
      updateStrategy:
        strategy.type === "RollingUpdate" ? { ...strategy, rollingUpdate: rolling } : strategy,
      template: withTemplateDefaults(spec.template),
    },
  };
}

function withReplicationControllerDefaults(object: ReplicationController): ReplicationController {
  if (object.spec === undefined) return object;
  const spec = fill(object.spec, { replicas: 1 });
  if (spec.template === undefined) return { ...object, spec };
  const template = withTemplateDefaults(spec.template);
  const labels = template.metadata?.labels;
  const hasSelector = Object.keys(spec.selector ?? {}).length > 0;
  const metadata =
    object.metadata?.labels === undefined && labels !== undefined
      ? { ...object.metadata, labels }
      : object.metadata;
  return {
    ...object,
    ...(metadata === undefined ? {} : { metadata }),
    spec: {
      ...spec,
      template,
      ...(hasSelector || labels === undefined ? {} : { selector: labels }),
    },
  };
}

function withJobDefaults(object: Job): Job {
  return object.spec === undefined ? object : { ...object, spec: withJobSpecDefaults(object.spec) };
}

function withJobSpecDefaults(given: JobSpec): JobSpec {
  const counts =
    given.completions === undefined && given.parallelism === undefined
      ? { completions: 1, parallelism: 1 }
      : { parallelism: 1 };
  const spec = fill(given, {
    ...counts,
    backoffLimit: given.backoffLimitPerIndex === undefined ? 6 : 2_147_483_647,
    completionMode: "NonIndexed",
    suspend: false,
    manualSelector: undefined,
    podReplacementPolicy: given.podFailurePolicy === undefined ? "TerminatingOrFailed" : "Failed",
  });
  return { ...spec, template: withTemplateDefaults(spec.template) };
}

function withCronJobDefaults(object: CronJob): CronJob {
  if (object.spec === undefined) return object;
  const spec = fill(object.spec, {
    concurrencyPolicy: "Allow",
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  });
  // The job's own defaults are applied when a job is made from the template; the pod's are shown here.
  const jobSpec = spec.jobTemplate.spec;
  if (jobSpec === undefined) return { ...object, spec };
  const template = withTemplateDefaults(jobSpec.template);
  const jobTemplate = { ...spec.jobTemplate, spec: { ...jobSpec, template } };
  return { ...object, spec: { ...spec, jobTemplate } };
}
