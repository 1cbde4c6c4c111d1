/** `promtool debug metrics`: a server's own metrics, packed into a file to send around. */
import { readBody } from "#outbound";
import { openClient } from "../http/client.ts";
import { problemOf } from "../problem.ts";
import { exitFailure, exitSuccess, type Surroundings } from "../surroundings.ts";
import { tarOf } from "./tar.ts";

const archiveFile = "debug.tar.gz";
const answerBytesMax = 1 << 30;

export async function archiveMetrics(server: string, surroundings: Surroundings): Promise<number> {
  const { console, disk, gzip, signal } = surroundings;
  const url = `${server}/metrics`;
  console.print(`collecting: ${url}`);
  try {
    await using client = await openClient({ url: server, httpConfigFile: "" }, surroundings);
    const request = { method: "GET", url, headers: {}, body: undefined, unixPath: undefined };
    const response = await client.send(request, signal);
    const content = await readBody(response, { bytesMax: answerBytesMax });
    await disk.writeFile(archiveFile, await gzip.gzip(tarOf("metrics.txt", content)), {
      mode: 0o644,
    });
  } catch (error) {
    // What failed is all that there is to tell.
    if (signal.aborted) throw error;
    console.note(
      `error completing debug command: error executing HTTP request: ${problemOf(error)}`,
    );
    return exitFailure;
  }
  console.print(`Compiling debug information complete, all files written in "${archiveFile}".`);
  return exitSuccess;
}
