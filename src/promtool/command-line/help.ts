/** The help of a command, laid out as upstream's parser does it. */
import type { Command } from "./command.ts";
import { defaultOf, type Flag, type Flags, isCumulative } from "./flag.ts";
import { flagsOf, fullName } from "./parse.ts";

const width = 80;
/** A longer first column gets a line of its own. */
const columnMax = 30;

/** What `--help` prints below the commands of `path`, the program first. */
export function formatHelp(path: readonly Command[]): string {
  const [program] = path;
  const command = path.at(-1);
  if (program === undefined || command === undefined) return "";
  const name = [program.name, ...path.slice(1).map((one) => one.name)].join(" ");
  const isProgram = command === program;
  const flags = flagsOf(path);
  const usage = `usage: ${name}${usageOf(command, isProgram ? flags : command.flags)}`;
  const below = command.children.length > 0 ? " <command> [<args> ...]" : "";
  const sections = [
    `${usage}${below}`,
    `${wrap(command.help, width, "")}\n`,
    `Flags:\n${twoColumns(flagRows(flags))}`,
  ];
  const args = Object.entries(command.args);
  if (args.length > 0) sections.push(`Args:\n${twoColumns(argRows(command.args))}`);
  if (command.children.length > 0) {
    const title = isProgram ? "Commands:" : "Subcommands:";
    const own = isProgram ? ["help [<command>...]\n    Show help.\n"] : [];
    const listed = [...own, ...commandsBelow(path).map(formatListed)];
    sections.push([title, ...listed].join("\n"));
  }
  return `${sections.join("\n\n")}\n`;
}

/** The commands that do something below the last one of `path`, each with its path. */
export function commandsBelow(path: readonly Command[]): readonly (readonly Command[])[] {
  const command = path.at(-1);
  return (command?.children ?? []).flatMap((child) => {
    const below = [...path, child];
    return child.children.length === 0 ? [below] : commandsBelow(below);
  });
}

/** ` --match=MATCH [<flags>] <server>`: what may follow the name of a command. */
function usageOf(command: Command, flags: Flags): string {
  const shown = Object.entries(flags).filter(([, flag]) => flag.isHidden !== true);
  const required = shown
    .filter(([, flag]) => flag.isRequired === true)
    .map(([name, flag]) => `--${name}=${placeholderOf(name, flag)}`);
  const hasOptional = shown.some(([, flag]) => flag.isRequired !== true);
  const args = Object.entries(command.args).map(([name, arg]) => {
    const one = `<${name}>${isCumulative(arg) ? "..." : ""}`;
    return arg.isRequired === true ? one : `[${one}]`;
  });
  const words = [...required, ...(hasOptional ? ["[<flags>]"] : []), ...args];
  return words.map((word) => ` ${word}`).join("");
}

function formatListed(path: readonly Command[]): string {
  const command = path.at(-1);
  if (command === undefined) return "";
  return `${fullName(path)}${usageOf(command, command.flags)}\n${wrap(command.help, width, "    ")}\n`;
}

function flagRows(flags: Flags): readonly (readonly [string, string])[] {
  return Object.entries(flags)
    .filter(([, flag]) => flag.isHidden !== true)
    .map(([name, flag]) => [flagColumn(name, flag), flag.help]);
}

function flagColumn(name: string, flag: Flag): string {
  const short = flag.short === undefined ? "    " : `-${flag.short}, `;
  if (flag.kind === "switch") return `${short}--[no-]${name}`;
  const repeated = isCumulative(flag) ? " ..." : "";
  return `${short}--${name}=${placeholderOf(name, flag)}${repeated}`;
}

function placeholderOf(name: string, flag: Flag): string {
  if (flag.placeholder !== undefined) return flag.placeholder;
  const fallback = defaultOf(flag);
  if (fallback === undefined) return name.toUpperCase();
  const quoted = flag.kind === "text" || flag.kind === "texts" || flag.kind === "pairs";
  return quoted && fallback !== "" ? `"${fallback}"` : fallback;
}

function argRows(args: Flags): readonly (readonly [string, string])[] {
  return Object.entries(args).map(([name, arg]) => {
    return [arg.isRequired === true ? `<${name}>` : `[<${name}>]`, arg.help];
  });
}

function twoColumns(rows: readonly (readonly [string, string])[]): string {
  const fitting = rows.map(([left]) => left.length).filter((length) => length < columnMax);
  const column = Math.max(0, ...fitting);
  const indent = " ".repeat(2 + column + 2);
  return rows
    .map(([left, right]) => {
      const text = wrap(right, width - indent.length, "")
        .split("\n")
        .join(`\n${indent}`);
      if (left.length >= columnMax) return `  ${left}  \n${indent}${text}`;
      return `  ${left.padEnd(column)}  ${text}`;
    })
    .join("\n");
}

/** Paragraphs broken into lines of at most `columns`. */
function wrap(text: string, columns: number, indent: string): string {
  return text
    .split("\n\n")
    .map((paragraph) => wrapWords(paragraph.split(/\s+/), columns - indent.length))
    .map((lines) => lines.map((line) => indent + line).join("\n"))
    .join("\n\n");
}

function wrapWords(words: readonly string[], columns: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
