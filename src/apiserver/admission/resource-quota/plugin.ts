/**
 * Refuses what a namespace has no room for, and books what it lets in. Source:
 * `apiserver/pkg/admission/plugin/resourcequota/controller.go`. What goes away is booked out by the
 * controller, which counts anew.
 */

import {
  asJsonObject,
  type JsonObject,
  quotaCovers,
  subtractUsage,
  type Usage,
  usageOfObject,
} from "#api";
import {
  persistentVolumeClaim,
  pod,
  type ResourceQuota,
  resourceQuota,
  service,
} from "#api/core/v1";
import type { Clock } from "#base";
import type { AdmissionPlugin, AdmissionRequest } from "../../admission.ts";
import { decodedAs } from "../../objects/decode-stored.ts";
import { updateStored } from "../../objects/object-writer.ts";
import type { Objects } from "../../objects/objects.ts";
import { refused } from "../admitted.ts";
import { amountsNotStated, bookedOut, judgeRoom } from "./room.ts";

interface QuotaDeps {
  readonly objects: Objects;
  readonly clock: Clock;
}

/** What a request adds to what its namespace uses. */
interface Addition {
  readonly object: JsonObject;
  readonly usage: Usage;
}

export function resourceQuotaPlugin(deps: QuotaDeps): AdmissionPlugin {
  return {
    name: "ResourceQuota",
    async validate(request) {
      const { namespace } = request.key;
      if (namespace === "" || request.object === undefined || !isCounted(request)) return;
      const quotas = (await deps.objects.live(resourceQuota)).list(namespace);
      const covering = quotas.filter(({ spec = {} }) =>
        quotaCovers(spec, request.kind, request.object ?? {}),
      );
      if (covering.length === 0) return;
      const addition = additionOf(request, request.object, deps.clock.nowMs());
      for (const quota of covering) refuseUnstated(request, quota, addition.object);
      await book(deps, request, covering, addition);
    },
  };
}

/** Later changes count for what may grow then. */
function isCounted({ operation, subresource, kind }: AdmissionRequest): boolean {
  if (operation === "CREATE") return subresource === "";
  if (operation !== "UPDATE") return false;
  if (kind === pod) return subresource === "resize";
  return subresource === "" && (kind === service || kind === persistentVolumeClaim);
}

function additionOf(
  { kind, oldObject }: AdmissionRequest,
  object: JsonObject,
  nowMs: number,
): Addition {
  const usage = usageOfObject(kind, object, nowMs);
  const before = oldObject === undefined ? new Map() : usageOfObject(kind, oldObject, nowMs);
  return { object, usage: subtractUsage(usage, before) };
}

function refuseUnstated(request: AdmissionRequest, quota: ResourceQuota, object: JsonObject): void {
  if (request.kind !== pod) return;
  const missing = amountsNotStated(quota, decodedAs(pod, object));
  if (missing === "") return;
  throw refused(request, `failed quota: ${quota.metadata?.name}: must specify ${missing}`);
}

/** Books with one quota after the other; what the last ones refuse is taken back from the first. */
async function book(
  deps: QuotaDeps,
  request: AdmissionRequest,
  quotas: readonly ResourceQuota[],
  { usage }: Addition,
): Promise<void> {
  const booked: ResourceQuota[] = [];
  try {
    for (const quota of quotas) {
      await change(deps, request, quota, (current) => {
        const verdict = judgeRoom(current, usage);
        if (verdict.kind === "refused") throw refused(request, verdict.message);
        return verdict.kind === "free" ? undefined : verdict.used;
      });
      booked.push(quota);
    }
  } catch (error) {
    for (const quota of booked) {
      await change(deps, request, quota, (current) => bookedOut(current, usage));
    }
    throw error;
  }
}

/** Writes what a quota says is used; undefined leaves it as it is. */
async function change(
  { objects }: QuotaDeps,
  { dryRun }: AdmissionRequest,
  { metadata }: ResourceQuota,
  usedOf: (current: ResourceQuota) => NonNullable<ResourceQuota["status"]>["used"],
): Promise<void> {
  const { store, reader, catalog } = objects;
  const resource = catalog.get(resourceQuota);
  const key = { namespace: metadata?.namespace ?? "", name: metadata?.name ?? "" };
  const place = { resource, key, dryRun: dryRun ? "all" : "none" } as const;
  await updateStored({ ...place, store, reader, allocator: undefined }, async ({ value }) => {
    const current = decodedAs(resourceQuota, value);
    const used = usedOf(current);
    if (used === undefined) return { kind: "leave" };
    return {
      kind: "put",
      object: asJsonObject({ ...current, status: { ...current.status, used } }),
    };
  });
}
