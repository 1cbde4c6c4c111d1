/** `promtool push metrics`: sends metrics in the text format by remote write. */
import { compressSnappy } from "#base";
import { readBody } from "#outbound";
import { encodeMetadata, encodeWriteRequest, type WriteMessage } from "#remote";
import type { TextFamily } from "../families/family.ts";
import { readFamilies } from "../families/read-families.ts";
import { within } from "../http/deadline.ts";
import { openClient, type Server, urlBelow } from "../http/client.ts";
import { formatStatus } from "../http/status-text.ts";
import { problemOf } from "../problem.ts";
import { exitFailure, exitSuccess, type Surroundings } from "../surroundings.ts";
import { metadataOf, outgoingSeries } from "./outgoing-series.ts";

export interface PushOptions {
  readonly server: Server;
  readonly path: string;
  /** One of the two messages of remote write; others are refused. */
  readonly message: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly headers: ReadonlyMap<string, string>;
  readonly timeoutMs: number;
}

/** Pushes the files, or standard input when there are none. */
export async function pushMetrics(
  files: readonly string[],
  options: PushOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { console, disk } = surroundings;
  const message = messageOf(options.message);
  if (message === undefined) {
    console.note(
      `  FAILED: invalid protobuf message "${options.message}", must be prometheus.WriteRequest or io.prometheus.write.v2.Request`,
    );
    return exitFailure;
  }
  const push = (bytes: Uint8Array) => pushText(bytes, { ...options, message }, surroundings);
  if (files.length === 0) {
    const bytes = await console.readInput();
    console.print("Parsing standard input");
    if (!(await push(bytes))) return exitFailure;
    console.print("  SUCCESS: metrics pushed to remote write.");
    return exitSuccess;
  }
  let status = exitSuccess;
  for (const file of files) {
    const bytes = await disk.readFile(file);
    console.print(`Parsing metrics file ${file}`);
    if (await push(bytes)) {
      console.print(`  SUCCESS: metrics file ${file} pushed to remote write.`);
    } else status = exitFailure;
  }
  return status;
}

type Push = Omit<PushOptions, "message"> & { readonly message: WriteMessage };

/** Whether it went well; what did not is told. */
async function pushText(
  bytes: Uint8Array,
  push: Push,
  surroundings: Surroundings,
): Promise<boolean> {
  try {
    const families = readFamilies(new TextDecoder().decode(bytes), "utf8");
    const nowMs = surroundings.clock.nowMs();
    await send(compressSnappy(encode(families, push, nowMs)), push, surroundings);
    return true;
  } catch (error) {
    // Each file is told of by itself.
    if (surroundings.signal.aborted) throw error;
    surroundings.console.note(`  FAILED: ${problemOf(error)}`);
    return false;
  }
}

/** The first message carries metadata apart from its series. */
function encode(families: readonly TextFamily[], push: Push, nowMs: number): Uint8Array {
  const series = encodeWriteRequest(outgoingSeries(families, push.labels, nowMs), push.message);
  if (push.message !== "prometheus.WriteRequest") return series;
  const metadata = encodeMetadata(
    families.map((family) => ({ family: family.name, metadata: metadataOf(family) })),
  );
  // Messages written one behind the other are one message with the parts of both.
  const whole = new Uint8Array(series.length + metadata.length);
  whole.set(series);
  whole.set(metadata, series.length);
  return whole;
}

const problemBytesMax = 1 << 16;

async function send(body: Uint8Array, push: Push, surroundings: Surroundings): Promise<void> {
  await using client = await openClient(push.server, surroundings);
  const isFirst = push.message === "prometheus.WriteRequest";
  const headers = {
    "content-type": `application/x-protobuf${isFirst ? "" : `;proto=${push.message}`}`,
    "content-encoding": "snappy",
    "x-prometheus-remote-write-version": isFirst ? "0.1.0" : "2.0.0",
    ...Object.fromEntries(
      Array.from(push.headers, ([name, value]) => [name.toLowerCase(), value] as const),
    ),
  };
  const url = urlBelow(push.server.url, push.path, "Post").href;
  const request = { method: "POST", url, headers, body, unixPath: undefined };
  const { clock, signal } = surroundings;
  await within({ clock, signal, timeoutMs: push.timeoutMs }, async (either) => {
    const response = await client.send(request, either);
    if (Math.floor(response.status / 100) === 2) return;
    const problem = await readBody(response, { bytesMax: problemBytesMax });
    const text = new TextDecoder().decode(problem).trim();
    throw new Error(`server returned HTTP status ${formatStatus(response.status)}: ${text}`);
  });
}

function messageOf(text: string): WriteMessage | undefined {
  switch (text) {
    case "prometheus.WriteRequest":
    case "io.prometheus.write.v2.Request":
      return text;
    default:
      return undefined;
  }
}
