import type { Disk } from "#base";
import type { PolicyFile } from "#sigma";
import { UsageError } from "../../usage-error.ts";

/** Reads files of policies. Fails with the file and the line of what is wrong. */
export async function readPolicyFiles(
  disk: Pick<Disk, "findFile">,
  paths: readonly string[],
): Promise<PolicyFile> {
  if (paths.length === 0) throw new UsageError("which file of policies?");
  const { parsePolicyFile } = await import("#sigma");
  const { ConfigError, describePlace, inFile } = await import("#promconfig");
  const files: PolicyFile[] = [];
  for (const path of paths) {
    const bytes = await disk.findFile(path);
    if (bytes === undefined) throw new Error(`there is no file ${path}`);
    try {
      files.push(inFile(path, "", () => parsePolicyFile(new TextDecoder().decode(bytes))));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw new Error(`${describePlace(error)}: ${error.message}`, { cause: error });
    }
  }
  return {
    policies: files.flatMap(({ policies }) => policies),
    burnRates: files.flatMap(({ burnRates }) => burnRates),
  };
}
