import { describeError } from "#base";
import { clusterFlags } from "./cluster.ts";
import type { Command, CommandContext } from "./command.ts";
import { parseFlags } from "./flags.ts";
import { formatCommandHelp, formatFamily, formatOverview } from "./help.ts";
import { UsageError } from "./usage-error.ts";

const exitFailure = 1;
const exitUsage = 2;

/** Runs one command line and gives its exit status: 0, 1 for a failure, 2 for wrong usage. */
export async function dispatch(
  commands: readonly Command[],
  words: readonly string[],
  context: CommandContext,
): Promise<number> {
  try {
    return await runLine(commands, words, context);
  } catch (error) {
    if (context.signal.aborted) return exitFailure;
    context.terminal.note(`wherry: ${describeError(error)}`);
    if (!(error instanceof UsageError)) return exitFailure;
    const command = findCommand(commands, splitLine(words).words);
    context.terminal.note(`see "wherry help${command === undefined ? "" : ` ${command.name}`}"`);
    return exitUsage;
  }
}

async function runLine(
  commands: readonly Command[],
  words: readonly string[],
  context: CommandContext,
): Promise<number> {
  const line = splitLine(words);
  const [first = "help"] = line.words;
  if (first === "help" || first === "--help" || first === "-h") {
    return showHelp(commands, line.words.slice(1), context);
  }
  if (first === "--version") return runLine(commands, ["version"], context);
  const command = findCommand(commands, line.words);
  if (command === undefined) return runFamily(commands, line.words, context);

  const rest = line.words.slice(command.name.split(" ").length);
  if (asksForHelp(command, rest)) {
    context.terminal.print(formatCommandHelp(command));
    return 0;
  }
  const own = [...line.leading, ...rest];
  const { values, args, given } = parseFlags(command.flags, own, command.reach);
  return command.run(args, values, context, given);
}

/** `wherry stack` alone is a question. */
function runFamily(
  commands: readonly Command[],
  [first = "", second = "--help"]: readonly string[],
  context: CommandContext,
): number {
  const isFamily = commands.some(({ name }) => name.startsWith(`${first} `));
  if (!isFamily) throw new UsageError(`unknown command "${first}"`);
  const asks = second === "--help" || second === "-h" || second === "help";
  if (!asks) throw new UsageError(`unknown command "${first} ${second}"`);
  return showHelp(commands, [first], context);
}

/** Cluster flags may stand before the command: `wherry --name two status`. */
function splitLine(words: readonly string[]): {
  readonly leading: readonly string[];
  readonly words: readonly string[];
} {
  if (words[0]?.startsWith("-") !== true) return { leading: [], words };
  const { args } = parseFlags(clusterFlags, words, "leading");
  return { leading: words.slice(0, words.length - args.length), words: args };
}

function findCommand(commands: readonly Command[], words: readonly string[]): Command | undefined {
  const [one = "", two = ""] = words;
  const named = [`${one} ${two}`, one];
  return commands.find(({ name, aliases }) => [name, ...aliases].some((it) => named.includes(it)));
}

function asksForHelp(command: Command, rest: readonly string[]): boolean {
  if (command.reach === "nowhere") return false;
  if (command.reach === "leading") return rest[0] === "--help" || rest[0] === "-h";
  const end = rest.indexOf("--");
  const own = end < 0 ? rest : rest.slice(0, end);
  return own.includes("--help") || own.includes("-h");
}

function showHelp(
  commands: readonly Command[],
  words: readonly string[],
  context: CommandContext,
): number {
  if (words.length === 0) {
    context.terminal.print(formatOverview(commands));
    return 0;
  }
  const command = findCommand(commands, words);
  if (command !== undefined) {
    context.terminal.print(formatCommandHelp(command));
    return 0;
  }
  const family = commands.filter(({ name }) => name.startsWith(`${words[0]} `));
  if (family.length === 0 || words.length > 1) {
    throw new UsageError(`unknown command "${words.join(" ")}"`);
  }
  context.terminal.print(formatFamily(words[0] ?? "", family));
  return 0;
}
