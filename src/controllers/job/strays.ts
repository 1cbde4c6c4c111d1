/**
 * Lets go of pods that nobody will count: their Job is gone, was replaced by a namesake, has ended,
 * or does not own them any more. Works on pods, by their keys.
 */

import type { Live, ObjectKey } from "#api";
import { type Job, job as jobKind } from "#api/batch/v1";
import { type Pod, pod as podKind } from "#api/core/v1";
import { findControllerUid, type Informer, keyOfObject, type Outcome, settled } from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "../controller.ts";
import { findOwnerKey } from "../pod-feed.ts";
import { isTracked } from "./pod-facts.ts";
import { releasePod } from "./release.ts";
import { findEnd } from "./verdict.ts";

interface StraySources {
  readonly jobs: Informer<Job>;
  readonly pods: Informer<Pod>;
}

export function jobStrayController(deps: ControllerDeps): Controller {
  const sources: StraySources = {
    jobs: deps.informers.of(jobKind),
    pods: deps.informers.of(podKind),
  };
  const { jobs, pods } = sources;
  return keyedController(deps, {
    name: "job-stray-controller",
    queue: "job_orphan_pod",
    feed: (add) => [
      pods.onChange(({ after }) => {
        if (after !== undefined && isTracked(after)) add(keyOfObject(after));
      }),
      jobs.onChange(({ before, after }) => {
        const job = after ?? before;
        if (job === undefined || (after !== undefined && findEnd(after) === undefined)) return;
        for (const pod of pods.cache.byIndex("ownerUid", job.metadata.uid)) {
          if (isTracked(pod)) add(keyOfObject(pod));
        }
      }),
    ],
    reconcile: (context, key, signal) => reconcileStray(context, sources, key, signal),
  });
}

async function reconcileStray(
  { client }: ReconcileContext,
  { jobs, pods }: StraySources,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const pod = pods.cache.find(key);
  if (pod === undefined || !isTracked(pod)) return settled;
  const jobKey = findOwnerKey(pod, jobKind);
  if (jobKey === undefined) {
    // An orphan: a Job that wants it adopts it with the finalizer, otherwise it goes without.
    if (findControllerUid(pod) === undefined) await releasePod(client, pod, signal);
    return settled;
  }
  if (isCountedBy(jobs.cache.find(jobKey), pod)) return settled;
  // The cache may lag behind; only the server knows that a Job is gone.
  if (!isCountedBy(await client.of(jobKind).find(jobKey, signal), pod)) {
    await releasePod(client, pod, signal);
  }
  return settled;
}

function isCountedBy(job: Live<Job> | undefined, pod: Live<Pod>): boolean {
  return (
    job !== undefined && job.metadata.uid === findControllerUid(pod) && findEnd(job) === undefined
  );
}
