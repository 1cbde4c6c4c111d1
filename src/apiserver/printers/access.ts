import { formatHumanDuration } from "#api";
import { type CertificateSigningRequest, certificateSigningRequest } from "#api/certificates/v1";
import { clusterRoleBinding, roleBinding, type RoleRef, type Subject } from "#api/rbac/v1";
import { ageColumn, type Column, column, nameColumn, printerOf, wide } from "./column.ts";
import { orNone } from "./text.ts";

interface Binding {
  readonly roleRef: RoleRef;
  readonly subjects?: readonly Subject[] | undefined;
}

const roleColumn: Column<Binding> = column(
  "Role",
  "Role that is granted.",
  ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`,
);
const subjectColumns: readonly Column<Binding>[] = [
  wide(column("Users", "Users that the role is granted to.", subjectsText("User"))),
  wide(column("Groups", "Groups that the role is granted to.", subjectsText("Group"))),
  wide(
    column(
      "ServiceAccounts",
      "Service accounts that the role is granted to.",
      subjectsText("ServiceAccount"),
    ),
  ),
];

export const roleBindingPrinter = printerOf(roleBinding, [
  nameColumn,
  roleColumn,
  ageColumn,
  ...subjectColumns,
]);

export const clusterRoleBindingPrinter = printerOf(clusterRoleBinding, [
  nameColumn,
  roleColumn,
  ageColumn,
  ...subjectColumns,
]);

export const certificateSigningRequestPrinter = printerOf(certificateSigningRequest, [
  nameColumn,
  ageColumn,
  column("SignerName", "Who is asked to sign.", ({ spec }) => orNone(spec.signerName)),
  column("Requestor", "Who asks.", ({ spec }) => spec.username ?? ""),
  column("RequestedDuration", "How long the certificate should be valid.", ({ spec }) =>
    spec.expirationSeconds === undefined
      ? "<none>"
      : formatHumanDuration(spec.expirationSeconds * 1000),
  ),
  column("Condition", "What has become of the request.", requestState),
]);

function subjectsText(wanted: string): (object: Binding) => string {
  return ({ subjects }) =>
    (subjects ?? [])
      .filter(({ kind }) => kind === wanted)
      .map(({ kind, name, namespace }) =>
        kind === "ServiceAccount" ? `${namespace ?? ""}/${name}` : name,
      )
      .join(", ");
}

function requestState({ status }: CertificateSigningRequest): string {
  const types = new Set(status?.conditions?.map(({ type }) => type));
  const states = [types.has("Denied") ? "Denied" : types.has("Approved") ? "Approved" : "Pending"];
  if (types.has("Failed")) states.push("Failed");
  if ((status?.certificate ?? "") !== "") states.push("Issued");
  return states.join(",");
}
