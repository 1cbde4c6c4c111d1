/** What an ended container wanted to say: its termination log, or the end of its output. */

import type { Disk } from "#base";
import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import type { ContainerStatus } from "../runtime-state.ts";
import { terminationPathAnnotation } from "./labels.ts";
import { terminationPathDefault } from "./container-config.ts";

const messageBytesMax = 4_096;
const tailBytesMax = 2_048;
const tailLinesMax = 80;

/** The message, or empty text when there is none. */
export async function readTerminationMessage(
  { disk }: { readonly disk: Disk },
  _pod: Live<Pod>,
  status: ContainerStatus,
  options: { readonly fallsBackToLogs: boolean; readonly signal: AbortSignal },
): Promise<string> {
  const path = status.annotations[terminationPathAnnotation] ?? terminationPathDefault;
  const mount = status.mounts.find(({ containerPath }) => containerPath === path);
  const written = mount === undefined ? "" : await readText(disk, mount.hostPath, messageBytesMax);
  if (written !== "" || !options.fallsBackToLogs) return written;
  const facts = await disk.findFacts(status.logPath);
  if (facts === undefined) return "";
  const offset = Math.max(0, facts.bytes - tailBytesMax);
  const bytes = await disk.readRange(status.logPath, offset, tailBytesMax);
  return contentOf(new TextDecoder().decode(bytes));
}

async function readText(disk: Disk, path: string, bytesMax: number): Promise<string> {
  const facts = await disk.findFacts(path);
  if (facts === undefined || facts.bytes === 0) return "";
  return new TextDecoder().decode(await disk.readRange(path, 0, bytesMax));
}

/** The text of CRI log lines, whose form is `time stream tag text`. */
function contentOf(lines: string): string {
  return lines
    .split("\n")
    .slice(-tailLinesMax)
    .map((line) => line.split(" ").slice(3).join(" "))
    .join("\n");
}
