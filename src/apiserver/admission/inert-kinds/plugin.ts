/**
 * Says so when somebody stores what nobody here acts on: as a Warning, which kubectl and Helm print.
 * `docs/reference/unsupported.md` lists the same for people; a test holds the two together.
 */

import { pod } from "#api/core/v1";
import type { AdmissionPlugin, AdmissionRequest } from "../../admission.ts";
import { findReplaced, findWritten } from "../admitted.ts";

/** By group, empty for the core one. */
export const inertKinds: Readonly<Record<string, readonly string[]>> = {
  "certificates.k8s.io": ["CertificateSigningRequest"],
  "networking.k8s.io": ["Ingress", "IngressClass", "IPAddress", "NetworkPolicy", "ServiceCIDR"],
  "resource.k8s.io": ["DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"],
  "storage.k8s.io": [
    "CSIDriver",
    "CSINode",
    "CSIStorageCapacity",
    "VolumeAttachment",
    "VolumeAttributesClass",
  ],
};

const nobodyActs = "stored, but nothing in this cluster acts on it yet";

export const inertKindWarnings: AdmissionPlugin = {
  name: "InertKindWarnings",
  async validate(request) {
    for (const text of warningsOf(request)) request.warn(text);
  },
};

function warningsOf(request: AdmissionRequest): readonly string[] {
  const { operation, kind, resource, subresource } = request;
  if (operation === "CREATE" && subresource === "") {
    const { group, version } = resource;
    const apiVersion = group === "" ? version : `${group}/${version}`;
    if (inertKinds[group]?.includes(kind.kind) === true) {
      return [`${apiVersion} ${kind.kind} is ${nobodyActs}`];
    }
  }
  return unheededFields(request);
}

/** Fields of pods that are taken and have no effect. */
function unheededFields(request: AdmissionRequest): readonly string[] {
  const wanted = findWritten(request, pod)?.spec;
  if (wanted === undefined || findReplaced(request, pod) !== undefined) return [];
  return (wanted.resourceClaims ?? []).length === 0 ? [] : [`spec.resourceClaims is ${nobodyActs}`];
}
