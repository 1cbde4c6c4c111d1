/** The ReplicaSet of a Deployment's present template, its revision and the history. All pure. */

import type { Live } from "#api";
import type { Deployment, ReplicaSet } from "#api/apps/v1";
import { templateHash } from "../pod-template.ts";
import {
  desiredAnnotation,
  findNewSet,
  hashLabel,
  maxAnnotation,
  replicasOf,
  revisionAnnotation,
  revisionHistoryAnnotation,
  revisionOf,
} from "./replica-sets.ts";
import { boundsOf, initialReplicas } from "./rollout.ts";

type Annotations = Readonly<Record<string, string>>;

interface PlanCommon {
  /** What to write down at the Deployment; undefined when it says so already. */
  readonly deploymentAnnotations: Annotations | undefined;
}

export type NewSetPlan =
  | (PlanCommon & { readonly kind: "keep"; readonly set: Live<ReplicaSet> })
  | (PlanCommon & {
      readonly kind: "annotate";
      readonly set: Live<ReplicaSet>;
      readonly annotations: Annotations;
      readonly spec: { readonly minReadySeconds?: number };
    })
  | (PlanCommon & { readonly kind: "create"; readonly object: ReplicaSet });

/** Annotations that belong to one object and are not handed down. */
const ownAnnotations: ReadonlySet<string> = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  revisionAnnotation,
  revisionHistoryAnnotation,
  desiredAnnotation,
  maxAnnotation,
  "deprecated.deployment.rollback.to",
]);

/** The annotations that tell a set how large its Deployment is meant to be. */
export function setAnnotations(deployment: Live<Deployment>): Annotations {
  const { desired, surge } = boundsOf(deployment);
  return { [desiredAnnotation]: String(desired), [maxAnnotation]: String(desired + surge) };
}

export function planNewSetObject(
  deployment: Live<Deployment>,
  sets: readonly Live<ReplicaSet>[],
  how: "rolling" | "recreating",
): NewSetPlan {
  const newSet = findNewSet(deployment, sets);
  const oldSets = sets.filter((set) => set !== newSet);
  const latest = Math.max(0, ...oldSets.map(revisionOf)) + 1;
  if (newSet === undefined) {
    const revision = String(latest);
    const object = newSetObject(deployment, oldSets, { revision, how });
    return { kind: "create", object, deploymentAnnotations: noted(deployment, revision) };
  }
  const revision = String(Math.max(latest, revisionOf(newSet)));
  const annotations = changedAnnotations(newSet, {
    ...handedDown(deployment),
    ...revisionAnnotations(newSet, revision),
    ...(replicasOf(newSet) > 0 ? setAnnotations(deployment) : {}),
  });
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  const isPatient = (newSet.spec.minReadySeconds ?? 0) === minReadySeconds;
  const deploymentAnnotations = noted(deployment, revision);
  if (annotations === undefined && isPatient) {
    return { kind: "keep", set: newSet, deploymentAnnotations };
  }
  return {
    kind: "annotate",
    set: newSet,
    annotations: annotations ?? {},
    spec: isPatient ? {} : { minReadySeconds },
    deploymentAnnotations,
  };
}

/** Old, empty sets beyond the history limit, oldest revision first. */
export function planCleanup(
  deployment: Live<Deployment>,
  newSet: Live<ReplicaSet> | undefined,
  sets: readonly Live<ReplicaSet>[],
): readonly Live<ReplicaSet>[] {
  const limit = deployment.spec.revisionHistoryLimit ?? 10;
  const candidates = sets
    .filter(
      (set) =>
        set !== newSet &&
        set.metadata.uid !== newSet?.metadata.uid &&
        replicasOf(set) === 0 &&
        (set.status.replicas ?? 0) === 0 &&
        set.metadata.deletionTimestamp === undefined,
    )
    .sort((left, right) => revisionOf(left) - revisionOf(right));
  return candidates.slice(0, Math.max(0, candidates.length - limit));
}

function newSetObject(
  deployment: Live<Deployment>,
  oldSets: readonly Live<ReplicaSet>[],
  { revision, how }: { readonly revision: string; readonly how: "rolling" | "recreating" },
): ReplicaSet {
  const { spec, metadata, status } = deployment;
  const hash = templateHash(spec.template, status.collisionCount ?? 0);
  const bounds = boundsOf(deployment);
  const labels = { ...spec.template.metadata?.labels, [hashLabel]: hash };
  return {
    metadata: {
      name: `${metadata.name}-${hash}`,
      namespace: metadata.namespace,
      labels,
      annotations: {
        ...handedDown(deployment),
        ...setAnnotations(deployment),
        [revisionAnnotation]: revision,
      },
    },
    spec: {
      replicas: how === "rolling" ? initialReplicas(bounds, oldSets) : bounds.desired,
      minReadySeconds: spec.minReadySeconds,
      selector: {
        ...spec.selector,
        matchLabels: { ...spec.selector.matchLabels, [hashLabel]: hash },
      },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
  };
}

function handedDown({ metadata }: Live<Deployment>): Annotations {
  return Object.fromEntries(
    Object.entries(metadata.annotations ?? {}).filter(([name]) => !ownAnnotations.has(name)),
  );
}

/** A set that becomes the newest again keeps a list of the revisions that it was before. */
function revisionAnnotations(set: Live<ReplicaSet>, revision: string): Annotations {
  const before = set.metadata.annotations?.[revisionAnnotation];
  if (before === undefined || before === revision) return { [revisionAnnotation]: revision };
  const history = set.metadata.annotations?.[revisionHistoryAnnotation];
  return {
    [revisionAnnotation]: revision,
    [revisionHistoryAnnotation]: history === undefined ? before : `${history},${before}`,
  };
}

function changedAnnotations(set: Live<ReplicaSet>, wanted: Annotations): Annotations | undefined {
  const changed = Object.entries(wanted).filter(
    ([name, text]) => set.metadata.annotations?.[name] !== text,
  );
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

function noted(deployment: Live<Deployment>, revision: string): Annotations | undefined {
  const present = deployment.metadata.annotations?.[revisionAnnotation];
  return present === revision ? undefined : { [revisionAnnotation]: revision };
}
