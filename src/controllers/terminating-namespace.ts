import { hasReason } from "#api";

/** The refusal to create something in a namespace that is going away; its content goes with it. */
export function isNamespaceGoing(error: unknown): boolean {
  if (!hasReason(error, "Forbidden")) return false;
  return error.details?.causes?.some(({ reason }) => reason === "NamespaceTerminating") ?? false;
}
