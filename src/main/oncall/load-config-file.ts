import { realDisk, realTimeZones } from "#host";
import { type OncallConfig, parseOncallConfig } from "#oncall";
import { ConfigError, describePlace, inFile } from "#promconfig";

/** Reads a file of on-call. Rejects with what is wrong in it, and its line. */
export async function loadConfigFile(file: string): Promise<OncallConfig> {
  const source = new TextDecoder().decode(await realDisk.readFile(file));
  try {
    return inFile(file, "", () => parseOncallConfig(source, realTimeZones));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new Error(`${describePlace(error)}: ${error.message}`, { cause: error });
  }
}
