/** The options of writes, from the query and, for DELETE, from the body. All of it is pure. */

import { type FieldError, type FieldValidation, invalid } from "#api";
import type { DeleteOptions } from "#api/meta/v1";
import { isTrueParameter } from "./request-target.ts";

export interface WriteOptions {
  readonly dryRun: "all" | "none";
  /** Empty: the name is taken from the User-Agent. */
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  /** Take over fields that others own; only for server-side apply. */
  readonly force: "given" | "absent";
}

const validations: ReadonlyMap<string, FieldValidation> = new Map([
  ["Ignore", "ignore"],
  ["Warn", "warn"],
  ["Strict", "strict"],
  // Since 1.27 the server warns unless told otherwise.
  ["", "warn"],
]);

const managerLengthMax = 128;

/** `kind` is what upstream calls the options: `CreateOptions`, `UpdateOptions`, `PatchOptions`. */
export function parseWriteOptions(query: URLSearchParams, kind: string): WriteOptions {
  const fieldManager = query.get("fieldManager") ?? "";
  const text = query.get("fieldValidation") ?? "";
  const fieldValidation = validations.get(text);
  const errors = [
    ...dryRunProblems(query.getAll("dryRun")),
    ...managerProblems(fieldManager),
    ...(fieldValidation === undefined
      ? [unsupported("fieldValidation", text, ["", "Ignore", "Strict", "Warn"])]
      : []),
  ];
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", name: kind }, "", errors);
  return {
    dryRun: query.getAll("dryRun").length > 0 ? "all" : "none",
    fieldManager,
    fieldValidation: fieldValidation ?? "warn",
    force: isTrueParameter(query.get("force")) ? "given" : "absent",
  };
}

export interface DeletionOptions {
  readonly graceSeconds: number | undefined;
  readonly propagation: "Background" | "Foreground" | "Orphan" | undefined;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  readonly dryRun: "all" | "none";
}

/** The options of a DELETE as its body says them, or as the query does when there is no body. */
export function deletionOptionsOf(options: DeleteOptions): DeletionOptions {
  const { orphanDependents, propagationPolicy } = options;
  const errors = [...dryRunProblems(options.dryRun ?? [])];
  if (orphanDependents !== undefined && propagationPolicy !== undefined) {
    errors.push({
      field: "propagationPolicy",
      reason: "FieldValueInvalid",
      message:
        `Invalid value: ${JSON.stringify(propagationPolicy)}: ` +
        "orphanDependents and deletionPropagation cannot be both set",
    });
  }
  const propagation = propagationPolicy ?? fromOrphaning(orphanDependents);
  if (!isPropagation(propagation)) {
    const supported = ["Background", "Foreground", "Orphan"];
    errors.push(unsupported("propagationPolicy", String(propagation), supported));
  }
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", name: "DeleteOptions" }, "", errors);
  const seconds = options.gracePeriodSeconds;
  return {
    // As upstream: a negative period means the shortest.
    graceSeconds: seconds !== undefined && seconds < 0 ? 1 : seconds,
    propagation: isPropagation(propagation) ? propagation : undefined,
    uid: options.preconditions?.uid,
    resourceVersion: options.preconditions?.resourceVersion,
    dryRun: (options.dryRun ?? []).length > 0 ? "all" : "none",
  };
}

/** What the query of a DELETE without a body says. */
export function deleteOptionsFromQuery(query: URLSearchParams): DeleteOptions {
  const grace = query.get("gracePeriodSeconds");
  const orphan = query.get("orphanDependents");
  const policy = query.get("propagationPolicy");
  return {
    ...(grace === null || !/^-?[0-9]{1,15}$/.test(grace)
      ? {}
      : { gracePeriodSeconds: Number(grace) }),
    ...(orphan === null ? {} : { orphanDependents: isTrueParameter(orphan) }),
    ...(policy === null ? {} : { propagationPolicy: policy }),
    dryRun: query.getAll("dryRun"),
  };
}

function fromOrphaning(orphanDependents: boolean | undefined): string | undefined {
  if (orphanDependents === undefined) return undefined;
  return orphanDependents ? "Orphan" : "Background";
}

function isPropagation(text: string | undefined): text is DeletionOptions["propagation"] {
  return text === undefined || text === "Background" || text === "Foreground" || text === "Orphan";
}

function dryRunProblems(values: readonly string[]): FieldError[] {
  return values
    .filter((value) => value !== "All")
    .map((value) => unsupported("dryRun", value, ["All"]));
}

function managerProblems(manager: string): FieldError[] {
  if (manager.length > managerLengthMax) {
    const message = `Too long: may not be more than ${managerLengthMax} bytes`;
    return [{ field: "fieldManager", reason: "FieldValueTooLong", message }];
  }
  if (!/[\x00-\x1f\x7f]/.test(manager)) return [];
  const message = `Invalid value: ${JSON.stringify(manager)}: should only contain printable characters`;
  return [{ field: "fieldManager", reason: "FieldValueInvalid", message }];
}

function unsupported(field: string, value: string, supported: readonly string[]): FieldError {
  const values = supported.map((one) => JSON.stringify(one)).join(", ");
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${values}`;
  return { field, reason: "FieldValueNotSupported", message };
}
