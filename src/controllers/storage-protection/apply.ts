import { hasReason, type LiveMetadata } from "#api";
import type { Protection } from "./plan.ts";

/** Sets or takes off the finalizer through `write`; what is gone already needs neither. */
export async function applyProtection(
  plan: Protection,
  { finalizers = [] }: LiveMetadata,
  finalizer: string,
  write: (finalizers: readonly string[]) => Promise<unknown>,
): Promise<void> {
  if (plan === "nothing") return;
  const others = finalizers.filter((name) => name !== finalizer);
  try {
    await write(plan === "protect" ? [...others, finalizer] : others);
  } catch (error) {
    if (!hasReason(error, "NotFound")) throw error;
  }
}
