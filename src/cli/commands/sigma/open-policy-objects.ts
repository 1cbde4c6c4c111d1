import { burnRatePolicy, sigmaPolicy } from "#api/oncall/v1";
import { createClient } from "#client";
import { burnRatePolicySource, type PolicyCheck, sigmaPolicySource } from "#oncallkinds";
import type { PolicyFile } from "#sigma";
import type { CommandContext } from "../../command.ts";
import type { ConnectionFlagValues } from "../../stack/stack-flags.ts";
import { openCluster } from "../../stack/open-cluster.ts";
import { UsageError } from "../../usage-error.ts";

/** The server that is asked evaluates them, and says what it cannot. */
const unchecked: PolicyCheck = {
  findExprProblem: () => undefined,
  findRuleProblem: () => undefined,
};

/** Reads policies of the cluster by `KIND/NAME`. */
export async function openPolicyObjects(
  context: CommandContext,
  flags: ConnectionFlagValues,
  given: readonly string[],
): Promise<(argument: string) => Promise<PolicyFile>> {
  const { transport, namespace } = await openCluster(context, flags, given);
  const client = createClient(transport);
  return async (argument) => {
    const [kind = "", name = "", ...rest] = argument.split("/");
    if (name === "" || rest.length > 0) throw new UsageError(`"${argument}" is no KIND/NAME`);
    const key = { namespace, name };
    const source = kind.startsWith("sigma")
      ? sigmaPolicySource(await client.of(sigmaPolicy).get(key, context.signal), unchecked)
      : burnRatePolicySource(await client.of(burnRatePolicy).get(key, context.signal), unchecked);
    return source.file;
  };
}
