/** Storage drivers: what they are, where they run, and what they attach. */

import { dns1123SubdomainProblems } from "#api";
import {
  type CSIDriver,
  csiDriverSpec,
  type CSINode,
  type VolumeAttachment,
  volumeAttachmentSpec,
  type VolumeAttributesClass,
} from "#api/storage/v1";
import { immutableProblems } from "../immutable.ts";
import { driverProblems } from "../pod/volumes.ts";
import {
  duplicate,
  forbiddenField,
  invalidFor,
  invalidValue,
  notSupported,
  optionalChoiceProblems,
  type Problems,
  required,
} from "../problems.ts";

const groupPolicies = ["File", "None", "ReadWriteOnceWithFSType"];
const lifecycles = ["Ephemeral", "Persistent"];
const tokenSecondsMin = 600;

export function* csiDriverProblems({ metadata, spec }: CSIDriver): Problems {
  yield* driverProblems("metadata.name", metadata?.name ?? "");
  yield* optionalChoiceProblems("spec.fsGroupPolicy", spec.fsGroupPolicy, groupPolicies);
  const audiences = new Set<string>();
  for (const [index, { audience, expirationSeconds }] of (spec.tokenRequests ?? []).entries()) {
    const at = `spec.tokenRequests[${index}]`;
    if (audiences.has(audience)) yield duplicate(`${at}.audience`, audience);
    audiences.add(audience);
    if (expirationSeconds === undefined || expirationSeconds >= tokenSecondsMin) continue;
    const why = "may not specify a duration less than 10 minutes";
    yield invalidValue(`${at}.expirationSeconds`, expirationSeconds, why);
  }
  for (const mode of spec.volumeLifecycleModes ?? []) {
    if (!lifecycles.includes(mode)) {
      yield notSupported("spec.volumeLifecycleModes", mode, ["Persistent", "Ephemeral"]);
    }
  }
}

export function* csiDriverChangeProblems(object: CSIDriver, current: CSIDriver): Problems {
  yield* csiDriverProblems(object);
  const { attachRequired, volumeLifecycleModes } = current.spec;
  const before = { ...object.spec, attachRequired, volumeLifecycleModes };
  yield* immutableProblems("spec", csiDriverSpec, { after: object.spec, before });
}

const nodeIdLengthMax = 256;

export function* csiNodeProblems({ spec }: CSINode): Problems {
  const names = new Set<string>();
  for (const [index, { name, nodeID }] of spec.drivers.entries()) {
    const at = `spec.drivers[${index}]`;
    yield* driverProblems(`${at}.name`, name);
    if (nodeID === "") yield required(`${at}.nodeID`, nodeID);
    if (nodeID.length > nodeIdLengthMax) {
      const why = `must be ${nodeIdLengthMax} characters or less`;
      yield invalidValue(`${at}.nodeID`, nodeID, why);
    }
    if (names.has(name)) yield duplicate(`${at}.name`, name);
    names.add(name);
  }
}

export function* volumeAttachmentProblems({ spec }: VolumeAttachment): Problems {
  const { attacher, nodeName, source } = spec;
  yield* driverProblems("spec.attacher", attacher);
  const { inlineVolumeSpec, persistentVolumeName } = source;
  const why = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
  if (inlineVolumeSpec === undefined && persistentVolumeName === undefined) {
    yield required("spec.source", why);
  } else if (inlineVolumeSpec !== undefined && persistentVolumeName !== undefined) {
    yield forbiddenField("spec.source", why);
  } else if (persistentVolumeName === "") {
    yield required(
      "spec.source.persistentVolumeName",
      "must specify non empty persistentVolumeName",
    );
  }
  yield* invalidFor("spec.nodeName", nodeName, dns1123SubdomainProblems(nodeName));
}

export function* volumeAttachmentChangeProblems(
  object: VolumeAttachment,
  current: VolumeAttachment,
): Problems {
  const change = { after: object.spec, before: current.spec };
  yield* immutableProblems("spec", volumeAttachmentSpec, change);
}

export function* attributesClassProblems(object: VolumeAttributesClass): Problems {
  yield* driverProblems("driverName", object.driverName);
  if (Object.keys(object.parameters ?? {}).length === 0) {
    yield required("parameters", "must contain at least one key/value pair");
  }
}

export function* attributesClassChangeProblems(
  object: VolumeAttributesClass,
  current: VolumeAttributesClass,
): Problems {
  if (object.driverName !== current.driverName) {
    yield forbiddenField("driverName", "updates to driverName are forbidden.");
  }
  const [after, before] = [object.parameters ?? {}, current.parameters ?? {}];
  const names = new Set([...Object.keys(after), ...Object.keys(before)]);
  if ([...names].some((name) => after[name] !== before[name])) {
    yield forbiddenField("parameters", "updates to parameters are forbidden.");
  }
}
