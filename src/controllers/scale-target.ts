/** The sub-resource `scale` of whatever an autoscaler points at. */

import { hasReason, isJsonObject, type JsonObject, textAt, valueAt, withValueAt } from "#api";
import type { HorizontalPodAutoscalerSpec } from "#api/autoscaling/v2";
import type { Client } from "#client";
import { findResourcePath } from "./resource-path.ts";

export interface TargetScale {
  readonly specReplicas: number;
  readonly statusReplicas: number;
  /** The text of the selector of its pods; may be empty. */
  readonly selector: string;
  /** The Scale as the server gave it, and where. */
  readonly object: JsonObject;
  readonly path: string;
}

export type ScaleReference = HorizontalPodAutoscalerSpec["scaleTargetRef"];

/** Throws when there is no such kind, no such object, or nothing to scale about it. */
export async function readScale(
  client: Client,
  namespace: string,
  { apiVersion = "", kind, name }: ScaleReference,
  signal: AbortSignal,
): Promise<TargetScale> {
  const found = await findResourcePath(client, { apiVersion, kind }, signal);
  const { group, version, resource } = found;
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const path = `${root}/namespaces/${namespace}/${resource}/${encodeURIComponent(name)}/scale`;
  return await readScaleAt(client, path, signal);
}

async function readScaleAt(
  client: Client,
  path: string,
  signal: AbortSignal,
): Promise<TargetScale> {
  const answer = await client.exchange({ method: "GET", target: path }, signal);
  const object = isJsonObject(answer) ? answer : {};
  return {
    specReplicas: countAt(object, "spec"),
    statusReplicas: countAt(object, "status"),
    selector: textAt(object, "status", "selector"),
    object,
    path,
  };
}

function countAt(scale: JsonObject, part: "spec" | "status"): number {
  const count = valueAt(scale, part, "replicas");
  return typeof count === "number" ? count : 0;
}

const attemptsMax = 5;

/** Gives the target another size, whatever else changes about it at the same time. */
export async function writeScale(
  client: Client,
  scale: TargetScale,
  replicas: number,
  signal: AbortSignal,
): Promise<void> {
  let latest = scale;
  for (let attempt = 1; ; attempt++) {
    const body = withValueAt(latest.object, ["spec", "replicas"], replicas);
    try {
      await client.exchange({ method: "PUT", target: latest.path, body }, signal);
      return;
    } catch (error) {
      // Somebody else has changed the target meanwhile.
      if (!hasReason(error, "Conflict") || attempt === attemptsMax) throw error;
      latest = await readScaleAt(client, latest.path, signal);
    }
  }
}
