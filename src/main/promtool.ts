/** `wherry promtool`: the tool, connected to this machine. */
import type { Surroundings } from "#cli";
import {
  readStandardInput,
  realClock,
  realDisk,
  realDnsResolver,
  realGzip,
  realHttpConnector,
  realTerminal,
  realZstd,
  systemRandom,
} from "#host";
import { runPromtool } from "#promtool";
import { prometheusVersion } from "./monitor/prometheus-version.ts";

/** Runs one command line of the tool and gives its exit status. */
export function runTool(
  words: readonly string[],
  { env, workingDirectory, version, platform }: Surroundings,
  signal: AbortSignal,
): Promise<number> {
  return runPromtool(words, {
    disk: realDisk,
    clock: realClock,
    random: systemRandom,
    connector: realHttpConnector,
    resolver: realDnsResolver,
    gzip: realGzip,
    zstd: realZstd,
    console: {
      print: realTerminal.print,
      note: realTerminal.note,
      write: (text) => realTerminal.write(new TextEncoder().encode(text)),
      readInput: readStandardInput,
    },
    env: (name) => env[name],
    workingDirectory,
    version: `promtool, version ${prometheusVersion} (wherry ${version})\n  platform: ${platform}`,
    signal,
  });
}
