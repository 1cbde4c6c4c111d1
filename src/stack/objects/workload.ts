/** The object that runs a service: which kind it is, and why. */
import type { DaemonSet, Deployment, StatefulSet } from "#api/apps/v1";
import type { CronJob, Job, JobSpec } from "#api/batch/v1";
import type { PersistentVolumeClaim } from "#api/core/v1";
import type { Service } from "#compose";
import { podSelector, serviceObjectLabels } from "../labels.ts";
import { contentHash, suffixedName } from "../names.ts";
import type { PlannedService, Workload } from "../plan.ts";
import { deployLabels, type PodPlan, podPlanOf } from "../pod/template.ts";
import type { Conversion, StackService } from "../stack-service.ts";
import { claimNameOf } from "./claims.ts";
import { rolloutOf, stepOf } from "./rollout.ts";

export interface WorkloadPlan {
  readonly workload: Workload;
  readonly apiVersion: "apps/v1" | "batch/v1";
  readonly object: Deployment | DaemonSet | StatefulSet | Job | CronJob;
  readonly mode: PlannedService["mode"];
  readonly replicas: number | undefined;
  /** Names in the file of the volumes that need claims of their own. */
  readonly volumes: readonly string[];
}

/** How many old versions a rollback finds. */
const revisionHistoryLimit = 3;

/** Of a service that lives in its own pods. */
export function workloadPlanOf(service: StackService, conversion: Conversion): WorkloadPlan {
  const kind = kindOf(service, conversion);
  switch (kind) {
    case "Deployment":
      return deploymentPlan(service, conversion);
    case "DaemonSet":
      return daemonSetPlan(service, conversion);
    case "StatefulSet":
      return statefulSetPlan(service, conversion);
    case "Job":
      return jobPlan(service, conversion);
    case "CronJob":
      return cronJobPlan(service, conversion);
  }
}

function kindOf(service: StackService, conversion: Conversion): Workload["kind"] {
  const { definition, kompose, path } = service;
  const mode = definition.deploy?.mode;
  if (kompose.get("cronjob.schedule") !== undefined) return "CronJob";
  if (mode === "replicated-job" || mode === "global-job") {
    if (mode === "global-job") {
      const reason = "jobs do not run on every node; use global, or replicated-job";
      conversion.report.refuse([...path, "deploy", "mode"], reason);
    }
    return "Job";
  }
  if (mode === "global" || kompose.get("controller.type") === "daemonset") return "DaemonSet";
  if (kompose.get("controller.type") === "statefulset") return "StatefulSet";
  return oneShotOf(service) === undefined ? "Deployment" : "Job";
}

interface OneShot {
  readonly restartPolicy: "OnFailure" | "Never";
  readonly attemptsMax: number;
}

/**
 * How often a service may fail that ends by itself; undefined for one that runs on. Only who says so
 * ends: the specification's own `restart: "no"` for services that say nothing means no such thing.
 */
function oneShotOf({ definition, isAwaited }: StackService): OneShot | undefined {
  const { condition, attempts } = restartOf(definition);
  if (condition === "no") return once;
  if (condition === undefined) return isAwaited ? once : undefined;
  const ends = condition === "on-failure" && (attempts !== undefined || isAwaited);
  return ends ? { restartPolicy: "OnFailure", attemptsMax: attempts ?? jobAttemptsMax } : undefined;
}

interface Restart {
  readonly condition: "no" | "on-failure" | "always" | undefined;
  readonly attempts: number | undefined;
}

/** What `deploy.restart_policy` says, or `restart` without it. */
function restartOf({ deploy, restart }: Service): Restart {
  const policy = deploy?.restart_policy;
  if (policy !== undefined) {
    const attempts = policy.max_attempts;
    if (policy.condition === "none") return { condition: "no", attempts };
    return { condition: policy.condition === "on-failure" ? "on-failure" : "always", attempts };
  }
  if (restart === undefined || restart === "no") return { condition: restart, attempts: undefined };
  const [isOnFailure, count] = /^on-failure(?::(\d+))?$/.exec(restart) ?? [];
  const attempts = count === undefined ? undefined : Number(count);
  return { condition: isOnFailure === undefined ? "always" : "on-failure", attempts };
}

const once: OneShot = { restartPolicy: "Never", attemptsMax: 0 };

/** What a Job allows that is not told otherwise. */
const jobAttemptsMax = 6;

function deploymentPlan(service: StackService, conversion: Conversion): WorkloadPlan {
  reportRestart(service, conversion);
  const pods = podPlanOf(service, "Always", conversion);
  const replicas = replicasOf(service);
  const object: Deployment = {
    metadata: metadataOf(service, service.objectName, conversion),
    spec: {
      replicas,
      selector: { matchLabels: podSelector(conversion.options, service.name) },
      ...rolloutOf(service, pods.volumes.length > 0),
      revisionHistoryLimit,
      template: pods.template,
    },
  };
  return planned("Deployment", object, { mode: "replicated", replicas, volumes: pods.volumes });
}

function daemonSetPlan(service: StackService, conversion: Conversion): WorkloadPlan {
  reportRestart(service, conversion);
  const pods = podPlanOf(service, "Always", conversion);
  const step = stepOf(service);
  const object: DaemonSet = {
    metadata: metadataOf(service, service.objectName, conversion),
    spec: {
      selector: { matchLabels: podSelector(conversion.options, service.name) },
      ...(step === undefined
        ? {}
        : { updateStrategy: { type: "RollingUpdate", rollingUpdate: step } }),
      revisionHistoryLimit,
      template: pods.template,
    },
  };
  return planned("DaemonSet", object, {
    mode: "global",
    replicas: undefined,
    volumes: pods.volumes,
  });
}

/** Every pod has volumes of its own, as the label asks for. */
function statefulSetPlan(service: StackService, conversion: Conversion): WorkloadPlan {
  reportRestart(service, conversion);
  const pods = podPlanOf(service, "Always", conversion);
  const claims = new Set(pods.volumes.map((volume) => claimNameOf(volume, conversion)));
  const volumes = pods.template.spec?.volumes ?? [];
  const isClaimed = (name: string | undefined) => name !== undefined && claims.has(name);
  const templates = volumes.flatMap(({ name, persistentVolumeClaim: claim }) =>
    isClaimed(claim?.claimName) ? [claimTemplate(name, conversion)] : [],
  );
  const kept = volumes.filter(({ persistentVolumeClaim: claim }) => !isClaimed(claim?.claimName));
  const { spec, metadata } = pods.template;
  const replicas = replicasOf(service);
  const object: StatefulSet = {
    metadata: metadataOf(service, service.objectName, conversion),
    spec: {
      serviceName: service.objectName,
      replicas,
      selector: { matchLabels: podSelector(conversion.options, service.name) },
      revisionHistoryLimit,
      template: {
        ...(metadata === undefined ? {} : { metadata }),
        spec: { ...spec, containers: spec?.containers ?? [], volumes: kept },
      },
      ...(templates.length > 0 ? { volumeClaimTemplates: templates } : {}),
    },
  };
  return planned("StatefulSet", object, { mode: "replicated", replicas, volumes: [] });
}

function claimTemplate(name: string, { options }: Conversion): PersistentVolumeClaim {
  return {
    metadata: { name },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: options.volumeSize } },
    },
  };
}

/**
 * What a Job runs can never change, so a changed one is another Job: its name has a hash of it. The
 * same file finds its Job done already.
 */
function jobPlan(service: StackService, conversion: Conversion): WorkloadPlan {
  const { spec, pods, replicas } = jobSpecOf(service, conversion);
  const name = suffixedName(service.objectName, contentHash(JSON.stringify(spec)));
  const object: Job = { metadata: metadataOf(service, name, conversion), spec };
  const facts = { mode: "replicated-job", replicas, volumes: pods.volumes } as const;
  return planned("Job", object, facts, name);
}

function cronJobPlan(service: StackService, conversion: Conversion): WorkloadPlan {
  const { spec, pods, replicas } = jobSpecOf(service, conversion);
  const policy = service.kompose.get("cronjob.concurrency_policy");
  const object: CronJob = {
    metadata: metadataOf(service, service.objectName, conversion),
    spec: {
      schedule: service.kompose.get("cronjob.schedule") ?? "",
      ...(policy === undefined ? {} : { concurrencyPolicy: policy }),
      jobTemplate: { spec },
    },
  };
  return planned("CronJob", object, { mode: "replicated-job", replicas, volumes: pods.volumes });
}

function jobSpecOf(service: StackService, conversion: Conversion) {
  const { definition, kompose } = service;
  const policy = definition.deploy?.restart_policy;
  const attempts = Number(
    kompose.get("cronjob.backoff_limit") ?? policy?.max_attempts ?? Number.NaN,
  );
  const { restartPolicy, attemptsMax } = oneShotOf(service) ?? {
    restartPolicy: "OnFailure",
    attemptsMax: jobAttemptsMax,
  };
  const pods: PodPlan = podPlanOf(service, restartPolicy, conversion);
  const replicas = replicasOf(service);
  const spec: JobSpec = {
    backoffLimit: Number.isInteger(attempts) ? attempts : attemptsMax,
    ...(replicas === 1 ? {} : { completions: replicas, parallelism: replicas }),
    template: pods.template,
  };
  return { spec, pods, replicas };
}

function planned(
  kind: Workload["kind"],
  object: WorkloadPlan["object"],
  facts: Pick<WorkloadPlan, "mode" | "replicas" | "volumes">,
  name: string = object.metadata?.name ?? "",
): WorkloadPlan {
  const apiVersion = kind === "Job" || kind === "CronJob" ? "batch/v1" : "apps/v1";
  return { workload: { kind, name }, apiVersion, object, ...facts };
}

function metadataOf(service: StackService, name: string, conversion: Conversion) {
  const own = deployLabels(service, conversion);
  const labels = { ...own, ...serviceObjectLabels(conversion.options, service.name) };
  return { name, namespace: conversion.options.namespace, labels };
}

function replicasOf({ definition }: StackService): number {
  return definition.scale ?? definition.deploy?.replicas ?? 1;
}

/** Pods of a server are restarted whatever the file says. */
function reportRestart({ definition, path }: StackService, { report }: Conversion): void {
  const { deploy, restart } = definition;
  const reason = "servers are restarted whenever they end";
  const policy = deploy?.restart_policy;
  if (policy?.condition === "on-failure") {
    report.lose([...path, "deploy", "restart_policy", "condition"], "changed", reason);
  }
  if (policy?.max_attempts !== undefined) {
    report.lose([...path, "deploy", "restart_policy", "max_attempts"], "ignored", reason);
  }
  if (policy === undefined && /^(?:on-failure|no)/.test(restart ?? "")) {
    report.lose([...path, "restart"], "changed", reason);
  }
}
