/** `promtool check healthy` and `check ready`. */
import { readBody } from "#outbound";
import { within } from "../http/deadline.ts";
import { openClient, type Server, urlBelow } from "../http/client.ts";
import { exitSuccess, type Surroundings } from "../surroundings.ts";

const timeoutMs = 10_000;
const answerBytesMax = 1 << 20;

/** Asks a server's own check. Throws when it cannot be reached or says no. */
export async function checkServer(
  server: Server,
  path: "/-/healthy" | "/-/ready",
  surroundings: Surroundings,
): Promise<number> {
  await using client = await openClient(server, surroundings);
  const url = urlBelow(server.url, path, "Get").href;
  const request = { method: "GET", url, headers: {}, body: undefined, unixPath: undefined };
  const { clock, signal } = surroundings;
  const { status, body } = await within({ clock, timeoutMs, signal }, async (either) => {
    const response = await client.send(request, either);
    const content = await readBody(response, { bytesMax: answerBytesMax });
    return { status: response.status, body: content };
  });
  if (status !== 200) {
    const shown = /^[a-z][a-z0-9+.-]*:/i.test(server.url) ? server.url : `http://${server.url}`;
    throw new Error(`check failed: URL=${shown}, status=${status}`);
  }
  surroundings.console.note(`  SUCCESS:  ${new TextDecoder().decode(body)}`);
  return exitSuccess;
}
