/** The policies that arguments name: files of them, and objects of a cluster. */
import type { Disk } from "#base";
import type { PolicyFile } from "#sigma";
import type { CommandContext } from "../../command.ts";
import type { FlagValues } from "../../flags.ts";
import { connectionFlags } from "../../stack/stack-flags.ts";
import { UsageError } from "../../usage-error.ts";

/** Where objects are looked for. */
export const policyFlags = {
  ...connectionFlags,
  namespace: {
    ...connectionFlags.namespace,
    help: "namespace of the objects (default that of the context)",
  },
} as const;

export interface PolicyArguments {
  readonly args: readonly string[];
  readonly flags: FlagValues<typeof policyFlags>;
  /** The names of the flags that were given. */
  readonly given: readonly string[];
}

/** Whether an argument is an object: `sigmapolicy/NAME`. A file of such a name is `./sigmapolicy/NAME`. */
export function isObjectArgument(argument: string): boolean {
  return /^(?:sigmapolic(?:y|ies)|burnratepolic(?:y|ies))\//.test(argument);
}

/** Reads them all, in their order. Fails with the place of what is wrong. */
export async function readPolicies(
  context: CommandContext,
  { args, flags, given }: PolicyArguments,
): Promise<PolicyFile> {
  if (args.length === 0) throw new UsageError("which file of policies, or which sigmapolicy/NAME?");
  const objects = args.some(isObjectArgument)
    ? (await import("./open-policy-objects.ts")).openPolicyObjects(context, flags, given)
    : undefined;
  const files: PolicyFile[] = [];
  for (const argument of args) {
    const isObject = objects !== undefined && isObjectArgument(argument);
    files.push(isObject ? await (await objects)(argument) : await readFile(context.disk, argument));
  }
  return {
    policies: files.flatMap(({ policies }) => policies),
    burnRates: files.flatMap(({ burnRates }) => burnRates),
  };
}

async function readFile(disk: Pick<Disk, "findFile">, path: string): Promise<PolicyFile> {
  const { parsePolicyFile } = await import("#sigma");
  const { ConfigError, describePlace, inFile } = await import("#promconfig");
  const bytes = await disk.findFile(path);
  if (bytes === undefined) throw new Error(`there is no file ${path}`);
  try {
    return inFile(path, "", () => parsePolicyFile(new TextDecoder().decode(bytes)));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new Error(`${describePlace(error)}: ${error.message}`, { cause: error });
  }
}
