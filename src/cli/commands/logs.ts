import { type Disk, sleep } from "#base";
import { clusterFlags, placeOf, within } from "../cluster.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { UsageError } from "../usage-error.ts";

const pollMs = 200;
const tailBytesPerLine = 400;

export const logsCommand = defineCommand({
  usage: "logs [PART]",
  summary: "Show what the server or an agent wrote to its log.",
  description: "Without PART: the last lines of every part, each with its name before it.",
  examples: ["logs", "logs server --follow", "logs agent-node-1 --tail 100"],
  flags: {
    ...clusterFlags,
    follow: { type: "boolean", short: "f", help: "go on as lines are written" },
    tail: {
      type: "integer",
      placeholder: "LINES",
      min: 0,
      max: 100_000,
      default: 20,
      help: "lines from the end",
    },
  },
  async run(args, flags, context) {
    const [wanted, ...rest] = args;
    if (rest.length > 0) throw new UsageError("logs takes at most one part");
    const place = placeOf(context, flags);
    const parts = await listParts(context.disk, place.directory);
    if (parts.length === 0) {
      throw new Error(`no logs in ${place.directory}; "wherry up" makes some`);
    }
    if (wanted !== undefined && !parts.includes(wanted)) {
      throw new UsageError(`no part "${wanted}"; there are: ${parts.join(", ")}`);
    }
    const shown = wanted === undefined ? parts : [wanted];
    const width = wanted === undefined ? Math.max(...parts.map((part) => part.length)) : 0;
    const print = (part: string, line: string) =>
      context.terminal.print(width === 0 ? line : `${part.padEnd(width)} | ${line}`);
    await Promise.all(
      shown.map((part) => {
        const path = within.log(place.directory, part);
        return showLog(context, path, flags, (line) => print(part, line));
      }),
    );
  },
});

async function listParts(disk: Disk, directory: string): Promise<readonly string[]> {
  const logs = within.logs(directory);
  if ((await disk.findFacts(logs)) === undefined) return [];
  const names = await disk.listDirectory(logs);
  return names.filter((name) => name.endsWith(".log")).map((name) => name.slice(0, -4));
}

/** Prints the end of a file, then, when asked to follow, what is appended to it. */
async function showLog(
  context: CommandContext,
  path: string,
  options: { readonly follow: boolean; readonly tail: number },
  show: (line: string) => void,
): Promise<void> {
  const { disk } = context;
  const sizeOf = async () => (await disk.findFacts(path))?.bytes ?? 0;
  let offset = await sizeOf();
  const start = Math.max(0, offset - options.tail * tailBytesPerLine);
  const end = new TextDecoder().decode(await disk.readRange(path, start, offset - start));
  const lines = end.split("\n").slice(0, -1);
  for (const line of lines.slice(Math.max(0, lines.length - options.tail))) show(line);

  let partial = "";
  while (options.follow) {
    await sleep(context.clock, pollMs, context.signal);
    const size = await sizeOf();
    // A shorter file was started anew.
    if (size < offset) offset = 0;
    if (size === offset) continue;
    partial += new TextDecoder().decode(await disk.readRange(path, offset, size - offset));
    offset = size;
    const complete = partial.split("\n");
    partial = complete.pop() ?? "";
    for (const line of complete) show(line);
  }
}
