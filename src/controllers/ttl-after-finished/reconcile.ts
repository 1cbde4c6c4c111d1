/** Deletes finished Jobs, and with them their pods, `ttlSecondsAfterFinished` after their end. */

import { hasReason, type Live } from "#api";
import { type Job, job as jobKind } from "#api/batch/v1";
import { keyOfObject, revisitAfter, settled } from "#client";
import { type Controller, type ControllerDeps, keyedController } from "../controller.ts";
import { isBeingDeleted } from "../pod-facts.ts";

export function ttlAfterFinishedController(deps: ControllerDeps): Controller {
  const jobs = deps.informers.of(jobKind);
  return keyedController(deps, {
    name: "ttl-after-finished-controller",
    queue: "ttl_jobs_to_delete",
    feed: (add) => [
      jobs.onChange(({ after }) => {
        if (after !== undefined && expiresAtMs(after) !== undefined) add(keyOfObject(after));
      }),
    ],
    reconcile: async ({ client, clock, metrics }, key, signal) => {
      const cached = jobs.cache.find(key);
      if (cached === undefined || expiresAtMs(cached) === undefined) return settled;
      // The time may have been raised a moment ago, which a deletion cannot take back.
      const job = await client.of(jobKind).find(key, signal);
      const atMs = job === undefined ? undefined : expiresAtMs(job);
      if (job === undefined || atMs === undefined) return settled;
      const waitMs = atMs - clock.nowMs();
      if (waitMs > 0) return revisitAfter(waitMs);
      const { uid, resourceVersion } = job.metadata;
      const preconditions = { uid, resourceVersion };
      try {
        const options = { propagationPolicy: "Foreground", preconditions } as const;
        await client.of(jobKind).delete(key, options, signal);
        metrics.jobDeletionDelay.observe(-waitMs / 1_000);
      } catch (error) {
        if (!hasReason(error, "NotFound")) throw error;
      }
      return settled;
    },
  });
}

/** When the Job's time is over; undefined while it runs or when it stays for ever. Pure. */
function expiresAtMs(job: Live<Job>): number | undefined {
  const { ttlSecondsAfterFinished } = job.spec;
  if (ttlSecondsAfterFinished === undefined || isBeingDeleted(job)) return undefined;
  const end = job.status.conditions?.find(
    ({ type, status }) => (type === "Complete" || type === "Failed") && status === "True",
  );
  if (end?.lastTransitionTime === undefined) return undefined;
  return Date.parse(end.lastTransitionTime) + ttlSecondsAfterFinished * 1000;
}
