import { quoteGo } from "#base";
import { expandGlob, type FileFinder } from "#promconfig";
import { CheckError } from "./check-error.ts";

/** The files that the patterns of `rule_files` name. A name that is no pattern must be there. */
export async function findRuleFiles(
  patterns: readonly string[],
  disk: FileFinder,
): Promise<readonly string[]> {
  const files: string[] = [];
  for (const pattern of patterns) {
    const found = await expandGlob(disk, pattern);
    if (found.length === 0 && !pattern.includes("*")) {
      throw new CheckError(`${quoteGo(pattern)} does not point to an existing file`);
    }
    files.push(...found);
  }
  return files;
}
