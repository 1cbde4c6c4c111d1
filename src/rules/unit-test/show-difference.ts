/** The alerts that a test expected beside those it got, as coloured JSON: what is missing, what is new. */
import { compareText, quoteGo } from "#base";
import { labelPairs, type Labels, noLabels } from "#series";
import type { ShownAlert } from "./show.ts";

type Tone = "plain" | "missing" | "new" | "changed";

/** ANSI colours: red, green and yellow. */
const colours: Readonly<Record<Exclude<Tone, "plain">, string>> = {
  missing: "\u001b[0;31m",
  new: "\u001b[0;32m",
  changed: "\u001b[0;33m",
};
const reset = "\u001b[0m";

interface Line {
  readonly depth: number;
  /** Before the part in colour: the name of what has changed. */
  readonly name: string;
  readonly text: string;
  readonly tone: Tone;
  /** A comma is in colour where the whole list is. */
  readonly comma: "" | "," | "coloured";
}

/** Below its first line, indented as a part of a message. No alert at all counts as an empty one. */
export function showDifference(
  expected: readonly ShownAlert[],
  got: readonly ShownAlert[],
): string {
  const [wanted, found] = [atLeastOne(expected), atLeastOne(got)];
  const count = Math.max(wanted.length, found.length);
  const lines: Line[] = [plain(0, "[")];
  for (let index = 0; index < count; index++) {
    const isLast = index === count - 1;
    lines.push(...alertLines(wanted[index], found[index], isLast));
  }
  return [...lines, plain(0, "]")].map(renderLine).join("\n            ");
}

function atLeastOne(alerts: readonly ShownAlert[]): readonly ShownAlert[] {
  return alerts.length > 0 ? alerts : [{ labels: noLabels, annotations: noLabels }];
}

function alertLines(
  expected: ShownAlert | undefined,
  got: ShownAlert | undefined,
  isLast: boolean,
): readonly Line[] {
  const end = plain(1, "}", isLast ? "" : ",");
  if (expected !== undefined && got !== undefined) {
    return [
      plain(1, "{"),
      ...comparedLines("Annotations", [expected.annotations, got.annotations], ","),
      ...comparedLines("Labels", [expected.labels, got.labels], ""),
      end,
    ];
  }
  const only = expected ?? got;
  const tone = expected === undefined ? "new" : "missing";
  if (only === undefined) return [];
  return [
    { ...plain(1, "{"), tone },
    ...wholeLines("Annotations", only.annotations, { tone, comma: "coloured" }),
    ...wholeLines("Labels", only.labels, { tone, comma: "" }),
    { ...end, tone },
  ];
}

/** Labels of both, each with what became of it. */
function comparedLines(
  title: string,
  [expected, got]: readonly [Labels, Labels],
  comma: "" | ",",
): readonly Line[] {
  const [wanted, found] = [new Map(labelPairs(expected)), new Map(labelPairs(got))];
  const names = [...new Set([...wanted.keys(), ...found.keys()])].sort(compareText);
  if (names.length === 0) return [plain(2, `"${title}": {}`, comma)];
  const inner = names.map((name, index): Line => {
    const isLast = index === names.length - 1;
    const line = comparedLine(name, wanted.get(name), found.get(name));
    return { ...line, comma: isLast ? "" : "," };
  });
  return [plain(2, `"${title}": {`), ...inner, plain(2, "}", comma)];
}

function comparedLine(name: string, expected: string | undefined, got: string | undefined): Line {
  const key = `${quoteGo(name)}: `;
  if (expected === undefined) {
    return { ...plain(3, key + quoteGo(got ?? "")), tone: "new" };
  }
  if (got === undefined) return { ...plain(3, key + quoteGo(expected)), tone: "missing" };
  if (expected === got) return plain(3, key + quoteGo(got));
  const change = `${quoteGo(expected)} => ${quoteGo(got)}`;
  return { ...plain(3, change), name: key, tone: "changed" };
}

/** Labels that only one side has, all in one colour. */
function wholeLines(
  title: string,
  labels: Labels,
  end: { readonly tone: Tone; readonly comma: Line["comma"] },
): readonly Line[] {
  const { tone } = end;
  if (labels.length === 0) return [{ ...plain(2, `"${title}": {}`), ...end }];
  const pairs = [...labelPairs(labels)];
  const inner = pairs.map(([name, value], index): Line => {
    const comma = index === pairs.length - 1 ? "" : "coloured";
    return { ...plain(3, `${quoteGo(name)}: ${quoteGo(value)}`), tone, comma };
  });
  return [{ ...plain(2, `"${title}": {`), tone }, ...inner, { ...plain(2, "}"), ...end }];
}

function plain(depth: number, text: string, comma: "" | "," = ""): Line {
  return { depth, name: "", text, tone: "plain", comma };
}

function renderLine({ depth, name, text, tone, comma }: Line): string {
  const inside = comma === "coloured" ? `${text},` : text;
  const shown = tone === "plain" ? inside : `${colours[tone]}${inside}${reset}`;
  return "    ".repeat(depth) + name + shown + (comma === "," ? "," : "");
}
