/** What is wrong with an object's metadata, in upstream's words (`apimachinery/api/validation`). */

import {
  dns1035LabelProblems,
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  type FieldError,
  labelKeyProblems,
  labelValueProblems,
  pathSegmentProblems,
} from "#api";
import type { ObjectMeta, OwnerReference } from "#api/meta/v1";
import type { NameRule } from "../registry/behavior.ts";
import {
  forbiddenField,
  invalidValue,
  required,
  tooLong,
} from "../registry/validation/problems.ts";
import { foregroundFinalizer, orphanFinalizer } from "./deletion-plan.ts";

export interface MetadataRules {
  readonly names: NameRule;
  readonly namespaced: boolean;
  /** Custom resources may have finalizers without a domain. */
  readonly custom: boolean;
}

/** The only finalizers without a domain. */
const standardFinalizers: ReadonlySet<string> = new Set([
  "kubernetes",
  orphanFinalizer,
  foregroundFinalizer,
]);

const annotationBytesMax = 256 * 1024;

const nameProblems: Readonly<Record<NameRule, (name: string) => readonly string[]>> = {
  "dns-subdomain": dns1123SubdomainProblems,
  "dns-label": dns1123LabelProblems,
  "dns-1035-label": dns1035LabelProblems,
  "path-segment": pathSegmentProblems,
};

export function validateMetadata(metadata: ObjectMeta, rules: MetadataRules): FieldError[] {
  return [
    ...validateName(metadata, rules.names),
    ...validateNamespace(metadata.namespace ?? "", rules.namespaced),
    ...validateLabels(metadata.labels ?? {}),
    ...validateAnnotations(metadata.annotations ?? {}),
    ...validateOwners(metadata.ownerReferences ?? []),
    ...validateFinalizers(metadata.finalizers ?? [], rules.custom),
  ];
}

/** What an update may not change. */
export function validateMetadataUpdate(metadata: ObjectMeta, current: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  if (current.deletionTimestamp !== undefined) {
    const known = new Set(current.finalizers);
    const added = (metadata.finalizers ?? []).filter((one) => !known.has(one)).sort();
    if (added.length > 0) {
      const shown = added.map((one) => JSON.stringify(one)).join(", ");
      errors.push(
        forbiddenField(
          "metadata.finalizers",
          "no new finalizers can be added if the object is being deleted, found new finalizers " +
            `[]string{${shown}}`,
        ),
      );
    }
  }
  const fixed = [
    "name",
    "namespace",
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
  ] as const;
  for (const field of fixed) {
    if (metadata[field] === current[field]) continue;
    errors.push(invalidValue(`metadata.${field}`, metadata[field] ?? null, "field is immutable"));
  }
  return errors;
}

function validateName({ name = "", generateName = "" }: ObjectMeta, rule: NameRule): FieldError[] {
  const errors: FieldError[] = [];
  if (generateName !== "") {
    // What is generated is appended, so a base may end as no name may.
    const base = rule === "path-segment" ? generateName : generateName.replace(/[-.]+$/, "a");
    for (const problem of nameProblems[rule](base)) {
      errors.push(invalidValue("metadata.generateName", generateName, problem));
    }
  }
  if (name === "") {
    errors.push(required("metadata.name", "name or generateName is required"));
    return errors;
  }
  for (const problem of nameProblems[rule](name)) {
    errors.push(invalidValue("metadata.name", name, problem));
  }
  return errors;
}

function validateNamespace(namespace: string, namespaced: boolean): FieldError[] {
  if (!namespaced) {
    if (namespace === "") return [];
    return [forbiddenField("metadata.namespace", "not allowed on this type")];
  }
  if (namespace === "") return [required("metadata.namespace", "")];
  return dns1123LabelProblems(namespace).map((problem) =>
    invalidValue("metadata.namespace", namespace, problem),
  );
}

function validateLabels(labels: Readonly<Record<string, string>>): FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...labelKeyProblems(key).map((problem) => invalidValue("metadata.labels", key, problem)),
    ...labelValueProblems(value).map((problem) => invalidValue("metadata.labels", value, problem)),
  ]);
}

function validateAnnotations(annotations: Readonly<Record<string, string>>): FieldError[] {
  const errors = Object.keys(annotations).flatMap((key) =>
    labelKeyProblems(key.toLowerCase()).map((problem) =>
      invalidValue("metadata.annotations", key, problem),
    ),
  );
  const encoder = new TextEncoder();
  let byteCount = 0;
  for (const [key, value] of Object.entries(annotations)) {
    byteCount += encoder.encode(key).length + encoder.encode(value).length;
  }
  if (byteCount > annotationBytesMax) {
    errors.push(tooLong("metadata.annotations", annotationBytesMax));
  }
  return errors;
}

function validateOwners(owners: readonly OwnerReference[]): FieldError[] {
  const errors = owners.flatMap(validateOwner);
  const controllers = owners.filter((owner) => owner.controller === true);
  const [first, second] = controllers;
  if (first !== undefined && second !== undefined) {
    const names = `${first.kind}/${first.name} and ${second.kind}/${second.name}`;
    const why = `Only one reference can have Controller set to true. Found "true" in references for ${names}`;
    errors.push(invalidValue("metadata.ownerReferences", owners, why));
  }
  return errors;
}

function validateOwner(owner: OwnerReference): FieldError[] {
  const path = "metadata.ownerReferences";
  const errors: FieldError[] = [];
  const [version = ""] = owner.apiVersion.split("/").slice(-1);
  if (version === "") {
    errors.push(invalidValue(`${path}.apiVersion`, owner.apiVersion, "version must not be empty"));
  }
  for (const field of ["kind", "name", "uid"] as const) {
    if (owner[field] !== "") continue;
    errors.push(invalidValue(`${path}.${field}`, owner[field], "must not be empty"));
  }
  if (owner.apiVersion === "v1" && owner.kind === "Event") {
    errors.push(invalidValue(path, owner, "/v1, Kind=Event is disallowed from being an owner"));
  }
  return errors;
}

function validateFinalizers(finalizers: readonly string[], isCustom: boolean): FieldError[] {
  const path = "metadata.finalizers";
  const errors = finalizers.flatMap((finalizer) =>
    labelKeyProblems(finalizer).map((problem) => invalidValue(path, finalizer, problem)),
  );
  for (const [index, finalizer] of finalizers.entries()) {
    if (isCustom || finalizer.includes("/") || standardFinalizers.has(finalizer)) continue;
    const why = "name is neither a standard finalizer name nor is it fully qualified";
    errors.push(invalidValue(`${path}[${index}]`, finalizer, why));
  }
  if (finalizers.includes(orphanFinalizer) && finalizers.includes(foregroundFinalizer)) {
    const why = `finalizer ${orphanFinalizer} and ${foregroundFinalizer} cannot be both set`;
    errors.push(invalidValue(path, finalizers, why));
  }
  return errors;
}
