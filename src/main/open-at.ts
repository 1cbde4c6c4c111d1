import { codeOf } from "#host";

/**
 * Opens what listens at the address of a flag. Where that cannot be had, the error says which flag
 * chooses another: the system's own words leave that to the reader.
 */
export async function openAt<T>(
  { address, flag }: { readonly address: string; readonly flag: string },
  open: () => Promise<T>,
): Promise<T> {
  try {
    return await open();
  } catch (error) {
    const problem = problems.get(codeOf(error));
    if (problem === undefined) throw error;
    throw new Error(`${address} ${problem}: choose another with --${flag}`, { cause: error });
  }
}

const problems: ReadonlyMap<string | undefined, string> = new Map([
  ["EADDRINUSE", "is taken by another program"],
  ["EADDRNOTAVAIL", "is no address of this machine"],
  ["EACCES", "is for root alone"],
]);
