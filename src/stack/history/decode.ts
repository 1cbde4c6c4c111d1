/** What was kept in the cluster becomes typed: only we write it, and a wrong shape is no stack. */
import type { DeployedStack } from "../plan.ts";

export function decodeStack(text: string): DeployedStack | undefined {
  const value: Partial<DeployedStack> | null = JSON.parse(text);
  const isStack = Array.isArray(value?.objects) && Array.isArray(value.services);
  return isStack ? (value as DeployedStack) : undefined;
}
