/** How a conflicting apply is refused: 409, one cause per field, in upstream's words. */

import { compareText } from "#base";
import type { StatusCause } from "../meta/v1/status.ts";
import { StatusError } from "../status-error.ts";
import { pathsOf } from "./field-set.ts";
import type { Conflict } from "./move-ownership.ts";
import { type Owner, ownerIdOf } from "./owner.ts";
import { formatPath } from "./path-element.ts";

export function applyConflict(conflicts: readonly Conflict[]): StatusError {
  const sorted = [...conflicts].sort((left, right) =>
    compareText(ownerIdOf(left.owner), ownerIdOf(right.owner)),
  );
  const owned = sorted.map(({ owner, fields }) => ({
    owner: describeOwner(owner),
    paths: pathsOf(fields).map(formatPath),
  }));
  const causes = owned.flatMap(({ owner, paths }) => paths.map((path) => causeOf(owner, path)));
  return new StatusError("Conflict", messageOf(owned), { details: { causes } });
}

function causeOf(owner: string, path: string): StatusCause {
  return { reason: "FieldManagerConflict", message: `conflict with ${owner}`, field: path };
}

interface OwnedPaths {
  readonly owner: string;
  readonly paths: readonly string[];
}

function messageOf(owned: readonly OwnedPaths[]): string {
  const count = owned.reduce((sum, { paths }) => sum + paths.length, 0);
  if (count === 1) {
    const [only] = owned;
    return `Apply failed with 1 conflict: conflict with ${only?.owner}: ${only?.paths[0]}`;
  }
  const lines = owned.flatMap(({ owner, paths }) => [
    `conflicts with ${owner}:`,
    ...paths.map((path) => `- ${path}`),
  ]);
  return `Apply failed with ${count} conflicts: ${lines.join("\n")}`;
}

function describeOwner({ manager, operation, apiVersion, subresource }: Owner): string {
  const name = JSON.stringify(manager);
  const place =
    subresource === "" ? name : `${name} with subresource ${JSON.stringify(subresource)}`;
  return operation === "Update" ? `${place} using ${apiVersion}` : place;
}
