/** Pods made from templates, and the hash that tells templates apart. */

import type { JsonValue } from "#api";
import type { Pod, PodTemplateSpec } from "#api/core/v1";
import { controllerReference, type Owner } from "./ownership.ts";

/** A pod as its owner's template wants it; the server makes up the name from `prefix`. */
export function podFromTemplate(template: PodTemplateSpec, owner: Owner, prefix: string): Pod {
  return {
    metadata: {
      generateName: prefix,
      namespace: owner.metadata.namespace,
      labels: template.metadata?.labels,
      annotations: template.metadata?.annotations,
      finalizers: template.metadata?.finalizers,
      ownerReferences: [controllerReference(owner)],
    },
    spec: template.spec,
  };
}

const hashLabel = "pod-template-hash";

/** Letters and digits that form no words and are hard to mistake, as upstream's names use them. */
const safeAlphabet = "bcdfghjklmnpqrstvwxz2456789";

/**
 * A short name for a template: equal templates, equal hash. The collision count is counted up when
 * two different templates meet in one hash. `pod-template-hash` itself does not count.
 */
export function templateHash(template: PodTemplateSpec, collisionCount: number): string {
  const { [hashLabel]: _ignored, ...labels } = template.metadata?.labels ?? {};
  const normal = { ...template, metadata: { ...template.metadata, labels } };
  const text = `${canonicalText(normal)}#${collisionCount}`;
  return Array.from(fnv1a(text).toString(), (digit) => safeAlphabet[Number(digit) + 9]).join("");
}

/** JSON with sorted keys and without absent members: equal values, equal text. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_key, member: JsonValue) =>
    member !== null && typeof member === "object" && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/** The 32-bit FNV-1a hash of the text's UTF-16 units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193) >>> 0;
  }
  return hash;
}
