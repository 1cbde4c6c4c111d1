import { quoteGo } from "#base";
import { defaultOf, type FlagKind, type Value } from "./flag.ts";
import { GoDurationError, parseGoDuration } from "./go-duration.ts";
import type { LineDisk } from "./parse.ts";
import { UsageError } from "./usage-error.ts";

/** The value of a flag that these words were given for. Throws a `UsageError`. */
export async function readValue(
  flag: FlagKind,
  words: readonly string[] | undefined,
  disk: LineDisk,
): Promise<Value> {
  const fallback = defaultOf(flag);
  const texts = words ?? (fallback === undefined ? [] : [fallback]);
  switch (flag.kind) {
    case "texts":
      return texts;
    case "pairs":
      return new Map(texts.map(readPair));
    case "files":
      for (const path of texts) await checkFile(path, disk);
      return texts;
    case "file":
      for (const path of texts) await checkFile(path, disk);
      return texts[0] ?? "";
    case "switch":
      return texts.length > 0;
    default:
      return readOne(flag, texts[0] ?? "");
  }
}

/** A kind with one word. */
type SingleKind = Exclude<
  FlagKind,
  { readonly kind: "texts" | "pairs" | "files" | "file" | "switch" }
>;

function readOne(flag: SingleKind, text: string): string | number {
  switch (flag.kind) {
    case "text":
      return text;
    case "choice":
      if (flag.choices.includes(text)) return text;
      throw new UsageError(`enum value must be one of ${flag.choices.join(",")}, got '${text}'`);
    case "duration":
      return text === "" ? 0 : readDuration(text);
    case "integer":
      return readInteger(text);
    case "url":
      return readUrl(text);
  }
}

function readPair(text: string): readonly [string, string] {
  const found = /^([^:=]*)[:=](.*)$/s.exec(text);
  if (found === null) throw new UsageError(`expected KEY=VALUE got '${text}'`);
  return [found[1] ?? "", found[2] ?? ""];
}

function readDuration(text: string): number {
  try {
    return parseGoDuration(text);
  } catch (error) {
    if (!(error instanceof GoDurationError)) throw error;
    throw new UsageError(error.message);
  }
}

function readInteger(text: string): number {
  if (/^[+-]?\d{1,19}$/.test(text)) return Number(text);
  throw new UsageError(`strconv.ParseFloat: parsing ${quoteGo(text)}: invalid syntax`);
}

/** As it was given: what the scheme may be is the business of whoever sends to it. */
function readUrl(text: string): string {
  const firstSegment = text.split("/", 1)[0] ?? "";
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(text) || !firstSegment.includes(":")) return text;
  throw new UsageError(
    `invalid URL: parse ${quoteGo(text)}: first path segment in URL cannot contain colon`,
  );
}

async function checkFile(path: string, disk: LineDisk): Promise<void> {
  const facts = await disk.findFacts(path);
  if (facts === undefined) throw new UsageError(`path '${path}' does not exist`);
  if (facts.kind !== "directory") return;
  throw new UsageError(`'${path.slice(path.lastIndexOf("/") + 1)}' is a directory`);
}
