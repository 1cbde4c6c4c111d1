/** apiVersion and kind: what an object says about itself, against what is expected of it. */

import type { AnyKind, JsonObject } from "../schema/schema.ts";

/** `any` for option kinds and others that clients send under every group's version. */
export type ExpectedVersion = "own" | "any";

const metaPackage = "io.k8s.apimachinery.pkg.apis.meta.v1";

/** `v1`, `apps/v1`. */
export function apiVersionOf(kind: AnyKind): string {
  const { group, version } = kind.package;
  return group === "" ? version : `${group}/${version}`;
}

/** Why an object of this apiVersion and kind is not one of `kind`; undefined when it is. */
export function typeMetaProblem(
  kind: AnyKind,
  object: JsonObject,
  version: ExpectedVersion,
): string | undefined {
  const expected = apiVersionOf(kind);
  const statedVersion = textOf(object["apiVersion"], expected);
  const statedKind = textOf(object["kind"], kind.kind);
  const isAnyVersion = version === "any" || kind.package.openApi === metaPackage;
  if (statedKind !== kind.kind) return foreignKindProblem(kind, statedVersion, statedKind);
  if (statedVersion === expected || isAnyVersion) return undefined;
  return `the API version in the data (${statedVersion}) does not match the expected API version (${expected})`;
}

function foreignKindProblem(kind: AnyKind, statedVersion: string, statedKind: string): string {
  const shown = JSON.stringify(statedVersion.slice(statedVersion.indexOf("/") + 1));
  const reason = `no kind ${JSON.stringify(statedKind)} is registered for version ${JSON.stringify(statedVersion)}`;
  return `${statedKind} in version ${shown} cannot be handled as a ${kind.kind}: ${reason}`;
}

function textOf(stated: unknown, fallback: string): string {
  return typeof stated === "string" && stated !== "" ? stated : fallback;
}

/** The object with apiVersion and kind first; what it states stays. */
export function fillTypeMeta(kind: AnyKind, object: JsonObject): JsonObject {
  const { apiVersion, kind: statedKind } = object;
  const isComplete = textOf(apiVersion, "") !== "" && textOf(statedKind, "") !== "";
  if (isComplete) return object;
  return {
    ...object,
    apiVersion: textOf(apiVersion, apiVersionOf(kind)),
    kind: textOf(statedKind, kind.kind),
  };
}
