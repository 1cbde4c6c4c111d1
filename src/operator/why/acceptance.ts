import type { ConfigResourceStatus } from "#api/monitoring/v1";
import { failed, type Finding, ok } from "./explanation.ts";

interface HeededObject {
  readonly metadata?: { readonly generation?: number | bigint | undefined } | undefined;
  readonly status?: ConfigResourceStatus | undefined;
}

/** What the engine made of the object as a whole, which it says in the status. */
export function acceptanceFinding({ metadata, status }: HeededObject): Finding {
  const conditions = status?.bindings?.flatMap((one) => one.conditions ?? []) ?? [];
  const accepted = conditions.find(({ type }) => type === "Accepted");
  if (accepted === undefined) {
    return failed(
      "the monitoring engine has not taken notice of the object",
      "Wait a few seconds; if that does not help, see whether the cluster's monitoring runs: wherry status.",
    );
  }
  if (accepted.status !== "True") {
    const why = accepted.message ?? accepted.reason ?? "";
    return failed(`the object cannot be used: ${why}`, `Correct the object: ${why}.`);
  }
  if (Number(accepted.observedGeneration ?? 0) < Number(metadata?.generation ?? 0)) {
    return failed(
      "the monitoring engine has not seen the last change of the object",
      "Wait a few seconds and ask again.",
    );
  }
  return ok("the object is valid and in use");
}
