import type { User } from "../../authentication.ts";

const namePrefix = "system:node:";
const nodesGroup = "system:nodes";

/** The node that a user is; empty for one that is a node and does not say which. */
export function findNodeName({ name, groups }: User): string | undefined {
  if (!name.startsWith(namePrefix)) return undefined;
  return groups.includes(nodesGroup) ? name.slice(namePrefix.length) : undefined;
}
