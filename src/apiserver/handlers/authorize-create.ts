import { accessRefusal } from "../authz/access-refusal.ts";
import type { RequestContext, ServerParts } from "../request/request-context.ts";
import { requestedAccess } from "../request/requested-access.ts";

/** Who creates by PUT or apply must be allowed to create as well. Throws Forbidden. */
export async function authorizeCreate(
  { authorizer }: ServerParts,
  { target, user, signal }: RequestContext,
): Promise<void> {
  const access = requestedAccess({ ...target, verb: "create" });
  const decision = await authorizer.authorize(user, access, signal);
  if (!decision.allowed) throw accessRefusal(user, access, decision.reason);
}
