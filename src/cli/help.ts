import type { Command } from "./command.ts";
import type { Flag, Flags } from "./flags.ts";

/** `wherry help`: every command on one line. */
export function formatOverview(commands: readonly Command[]): string {
  return [
    "wherry: a Kubernetes cluster on this machine, in one command",
    "",
    "Usage: wherry COMMAND [flags]",
    "",
    "Commands:",
    ...formatSummaries(commands),
    "",
    'Start with "wherry up"; "wherry help COMMAND" tells more about one command.',
  ].join("\n");
}

/** `wherry help stack`: the commands that begin with one word. */
export function formatFamily(name: string, commands: readonly Command[]): string {
  return [
    `Usage: wherry ${name} COMMAND [flags]`,
    "",
    "Commands:",
    ...formatSummaries(commands),
    "",
    `"wherry help ${name} COMMAND" tells more about one command.`,
  ].join("\n");
}

function formatSummaries(commands: readonly Command[]): readonly string[] {
  const shown = commands.filter((command) => !command.isHidden);
  const width = Math.max(...shown.map((command) => command.name.length)) + 2;
  return shown.map((command) => `  ${command.name.padEnd(width)}${command.summary}`);
}

/** `wherry help COMMAND`. */
export function formatCommandHelp(command: Command): string {
  const hasFlags = Object.keys(command.flags).length > 0;
  const sections = [
    [command.summary],
    command.description === "" ? [] : [command.description],
    [
      `Usage: wherry ${command.usage}${hasFlags ? " [flags]" : ""}`,
      ...(command.aliases.length === 0 ? [] : [`Aliases: ${command.aliases.join(", ")}`]),
    ],
    command.examples.length === 0
      ? []
      : ["Examples:", ...command.examples.map((example) => `  wherry ${example}`)],
    hasFlags ? ["Flags:", ...formatFlags(command.flags)] : [],
  ];
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join("\n"))
    .join("\n\n");
}

/** One line per flag, aligned: `  -n, --name NAME   help (default x)`. */
function formatFlags(flags: Flags): readonly string[] {
  const rows = Object.entries(flags).map(([name, flag]) => {
    const short = flag.short === undefined ? "    " : `-${flag.short}, `;
    return [`${short}--${name}${placeholderOf(flag)}`, `${flag.help}${defaultOf(flag)}`] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`);
}

function placeholderOf(flag: Flag): string {
  if (flag.type === "boolean") return "";
  if (flag.type === "string" && flag.choices !== undefined) return ` ${flag.choices.join("|")}`;
  return ` ${flag.placeholder}`;
}

function defaultOf(flag: Flag): string {
  if (flag.type === "boolean" || flag.default === undefined) return "";
  return ` (default ${flag.default})`;
}
