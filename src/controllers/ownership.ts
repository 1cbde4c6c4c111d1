/**
 * Who belongs to whom: a controller owns what its selector matches and nobody else owns, and lets go
 * of what no longer matches. Source of the rules: upstream's `ControllerRefManager`.
 */

import { hasReason, type Live, type ObjectKey } from "#api";
import type { ObjectMeta, OwnerReference } from "#api/meta/v1";
import { findControllerUid, type ObjectCache, type ResourceClient } from "#client";
import { isBeingDeleted } from "./pod-facts.ts";

export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Live<{ readonly metadata?: ObjectMeta }>["metadata"];
}

export function controllerReference(owner: Owner): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

interface Owned {
  readonly metadata: ObjectMeta;
}

export interface Claims<T> {
  /** Owned already and still wanted. */
  readonly keep: readonly T[];
  /** Nobody's, and wanted. */
  readonly adopt: readonly T[];
  /** Owned, but no longer matching. */
  readonly release: readonly T[];
}

/** All that `owner` manages or might adopt, without looking at anybody else's. */
export function claimCandidates<T>(cache: ObjectCache<T>, owner: Owner): readonly Live<T>[] {
  return [
    ...cache.byIndex("ownerUid", owner.metadata.uid),
    ...cache.byIndex("orphanNamespace", owner.metadata.namespace ?? ""),
  ];
}

/** Sorts candidates by what the owner should do with them. Pure. */
export function planClaims<T extends Owned>(
  owner: Owner,
  candidates: readonly T[],
  matches: (labels: Readonly<Record<string, string>>) => boolean,
): Claims<T> {
  const keep: T[] = [];
  const adopt: T[] = [];
  const release: T[] = [];
  for (const candidate of candidates) {
    const isMatch = matches(candidate.metadata.labels ?? {});
    const controllerUid = findControllerUid(candidate);
    if (controllerUid === owner.metadata.uid) (isMatch ? keep : release).push(candidate);
    else if (controllerUid === undefined && isMatch && !isBeingDeleted(candidate)) {
      adopt.push(candidate);
    }
  }
  const isGoing = owner.metadata.deletionTimestamp !== undefined;
  return isGoing ? { keep, adopt: [], release: [] } : { keep, adopt, release };
}

/** Carries out claims and returns what the owner now has. */
export async function applyClaims<S>(
  resource: ResourceClient<S>,
  owner: Owner,
  claims: Claims<Live<S>>,
  signal: AbortSignal,
): Promise<readonly Live<S>[]> {
  for (const object of claims.release) {
    const remaining = (object.metadata.ownerReferences ?? []).filter(
      (reference) => reference.uid !== owner.metadata.uid,
    );
    await patchOwners(resource, object, remaining, signal);
  }
  const adopted: Live<S>[] = [];
  for (const object of claims.adopt) {
    const owners = [...(object.metadata.ownerReferences ?? []), controllerReference(owner)];
    const result = await patchOwners(resource, object, owners, signal);
    if (result !== undefined) adopted.push(result);
  }
  return [...claims.keep, ...adopted];
}

/** The uid in the patch makes sure that it reaches this very object and no namesake. */
async function patchOwners<S>(
  resource: ResourceClient<S>,
  object: Live<S>,
  owners: readonly OwnerReference[],
  signal: AbortSignal,
): Promise<Live<S> | undefined> {
  const { uid, name, namespace = "", resourceVersion } = object.metadata;
  const key: ObjectKey = { namespace, name };
  const ownerReferences = owners.map((owner) => ({ ...owner }));
  const body = { metadata: { uid, resourceVersion, ownerReferences } };
  try {
    return await resource.patch(key, { type: "merge", body }, {}, signal);
  } catch (error) {
    // Deleted meanwhile: there is nothing left to own.
    if (hasReason(error, "NotFound")) return undefined;
    throw error;
  }
}
