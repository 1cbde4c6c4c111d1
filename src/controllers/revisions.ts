/**
 * The history of a workload's templates, as ControllerRevisions: what `kubectl rollout history` shows
 * and `kubectl rollout undo` goes back to. Source: upstream's `pkg/controller/history`.
 */

import {
  asJsonObject,
  compileLabelSelector,
  decodeValue,
  hasReason,
  type JsonObject,
  type Live,
  matchesLabels,
  objectAt,
} from "#api";
import {
  type ControllerRevision,
  controllerRevision as controllerRevisionKind,
} from "#api/apps/v1";
import { podTemplate, type PodTemplateSpec } from "#api/core/v1";
import type { LabelSelector } from "#api/meta/v1";
import { keyOfObject, type ObjectCache } from "#client";
import type { ReconcileContext } from "./controller.ts";
import {
  applyClaims,
  claimCandidates,
  controllerReference,
  type Owner,
  planClaims,
} from "./ownership.ts";
import { canonicalText, templateHash } from "./pod-template.ts";

/** A workload that keeps revisions of its template. */
export interface Revised {
  readonly owner: Owner;
  readonly template: PodTemplateSpec;
  readonly selector: LabelSelector | undefined;
  readonly collisionCount: number;
  /** The label by which a revision tells its hash. */
  readonly hashLabel: string;
}

export interface EnsuredRevision {
  readonly revision: Live<ControllerRevision>;
  /** All of the workload's revisions, oldest first. */
  readonly history: readonly Live<ControllerRevision>[];
  /** Counted up when two templates met in one hash. */
  readonly collisionCount: number;
}

/** Two different templates of one workload hardly ever share a hash; more often never. */
const collisionsMax = 10;

/** Finds or creates the revision of the present template, numbered as the latest. */
export async function ensureRevision(
  context: ReconcileContext,
  cache: ObjectCache<ControllerRevision>,
  revised: Revised,
  signal: AbortSignal,
): Promise<EnsuredRevision> {
  const resource = context.client.of(controllerRevisionKind);
  const selector = compileLabelSelector(revised.selector);
  const candidates = claimCandidates(cache, revised.owner);
  const claims = planClaims(revised.owner, candidates, (labels) => matchesLabels(selector, labels));
  const claimed = await applyClaims(resource, revised.owner, claims, signal);
  const history = [...claimed].sort((left, right) => left.revision - right.revision);
  const plan = planRevision(revised.template, history);
  const { collisionCount } = revised;
  if (plan.kind === "keep") return { revision: plan.revision, history, collisionCount };
  if (plan.kind === "renumber") {
    const body = { revision: plan.number };
    const key = keyOfObject(plan.revision);
    const revision = await resource.patch(key, { type: "merge", body }, {}, signal);
    const others = history.filter((other) => other !== plan.revision);
    return { revision, history: [...others, revision], collisionCount };
  }
  const created = await createRevision(context, revised, plan.number, signal);
  return { ...created, history: [...history, created.revision] };
}

type RevisionPlan =
  | { readonly kind: "keep"; readonly revision: Live<ControllerRevision> }
  | {
      readonly kind: "renumber";
      readonly revision: Live<ControllerRevision>;
      readonly number: number;
    }
  | { readonly kind: "create"; readonly number: number };

/** A template that comes back takes its old revision along to the end of the history. Pure. */
function planRevision(
  template: PodTemplateSpec,
  history: readonly Live<ControllerRevision>[],
): RevisionPlan {
  const latest = history.at(-1);
  const number = (latest?.revision ?? 0) + 1;
  const wanted = canonicalText(revisionContent(template));
  const equal = history.findLast(({ data }) => canonicalText(data) === wanted);
  if (equal === undefined) return { kind: "create", number };
  return equal === latest
    ? { kind: "keep", revision: equal }
    : { kind: "renumber", revision: equal, number };
}

/** The patch that brings a workload back to this template. */
function revisionContent(template: PodTemplateSpec): JsonObject {
  return { spec: { template: { ...asJsonObject(template), $patch: "replace" } } };
}

/** The template that a revision holds. Throws `StatusError` for one that holds none. */
export function templateOfRevision({ data = {} }: ControllerRevision): PodTemplateSpec {
  const { $patch: _directive, ...template } = objectAt(data, "spec", "template");
  const document = { apiVersion: "v1", kind: "PodTemplate", template };
  const { object } = decodeValue(podTemplate, document, { mode: "ignore" });
  return object.template ?? {};
}

async function createRevision(
  { client }: ReconcileContext,
  revised: Revised,
  number: number,
  signal: AbortSignal,
): Promise<{ readonly revision: Live<ControllerRevision>; readonly collisionCount: number }> {
  const { metadata } = revised.owner;
  const { template, hashLabel } = revised;
  const data = revisionContent(template);
  for (let collisionCount = revised.collisionCount; ; collisionCount++) {
    const hash = templateHash(template, collisionCount);
    const wanted: ControllerRevision = {
      metadata: {
        name: `${metadata.name}-${hash}`,
        namespace: metadata.namespace,
        labels: { ...template.metadata?.labels, [hashLabel]: hash },
        annotations: metadata.annotations,
        ownerReferences: [controllerReference(revised.owner)],
      },
      data,
      revision: number,
    };
    try {
      const resource = client.of(controllerRevisionKind);
      return { revision: await resource.create(wanted, {}, signal), collisionCount };
    } catch (error) {
      if (!hasReason(error, "AlreadyExists")) throw error;
      const namesake = await client
        .of(controllerRevisionKind)
        .get({ namespace: metadata.namespace ?? "", name: `${metadata.name}-${hash}` }, signal);
      // Ours from a pass that the cache does not show yet.
      if (canonicalText(namesake.data) === canonicalText(data)) {
        return { revision: namesake, collisionCount };
      }
      if (collisionCount - revised.collisionCount >= collisionsMax) throw error;
    }
  }
}

/** Deletes the oldest revisions that are not in use, beyond the limit. */
export async function trimHistory(
  { client }: ReconcileContext,
  history: readonly Live<ControllerRevision>[],
  keep: { readonly limit: number; readonly usedNames: ReadonlySet<string> },
  signal: AbortSignal,
): Promise<void> {
  const unused = history.filter(({ metadata }) => !keep.usedNames.has(metadata.name));
  const surplus = unused.slice(0, Math.max(0, unused.length - keep.limit));
  for (const revision of surplus) {
    const options = { preconditions: { uid: revision.metadata.uid } };
    try {
      await client.of(controllerRevisionKind).delete(keyOfObject(revision), options, signal);
    } catch (error) {
      // Gone already is what was wanted.
      if (!hasReason(error, "NotFound")) throw error;
    }
  }
}
