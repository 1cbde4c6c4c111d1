/** The cases that Go itself was asked about, and the functions they call. */
import { readFileSync } from "node:fs";
import { sprint } from "./printf.ts";
import { CallRefusal, functionOf, goValueOf, listOf, mapOf, stringOf } from "./value.ts";
import type { GoFunction, GoValue } from "./value.ts";

export interface TemplateCase {
  readonly line: number;
  readonly template: string;
  readonly missingKey: "default" | "zero" | "error";
  /** What Go made of it: its text, or `error` and its message. */
  readonly outcome: string;
}

export interface CaseFile {
  readonly json: string;
  readonly data: GoValue;
  readonly cases: readonly TemplateCase[];
}

/** Reads `testdata/cases.txt`: a line of data, then lines of `template => outcome`. */
export function readCases(): CaseFile {
  const text = readFileSync(new URL("testdata/cases.txt", import.meta.url), "utf8");
  const lines = text.split("\n");
  const json = lines[0]?.replace(/^data /, "") ?? "";
  const cases = lines.flatMap((line, index): readonly TemplateCase[] => {
    const [written = "", outcome] = line.split("  =>  ");
    if (index === 0 || line.startsWith("#") || outcome === undefined) return [];
    const [, key = "", source = ""] = /^(?:(zero|error): )?(.*)$/s.exec(written) ?? [];
    return [
      {
        line: index + 1,
        template: source.startsWith('"') ? String(JSON.parse(source)) : source,
        missingKey: key === "zero" || key === "error" ? key : "default",
        outcome: outcome.startsWith("error ")
          ? `error ${JSON.parse(outcome.slice(6))}`
          : String(JSON.parse(outcome)),
      },
    ];
  });
  return { json, data: goValueOf(JSON.parse(json)), cases };
}

const inner = functionOf(["int", "string"], (number, text) => sprint([number, text]));

/** What the cases call besides the functions that every template has. */
export const caseFunctions: ReadonlyMap<string, GoFunction> = new Map([
  ["add", functionOf(["int", "int"], (left, right) => (left as bigint) + (right as bigint))],
  ["fail", functionOf(["string"], (text) => fail(stringOf(text)))],
  ["half", functionOf(["float64"], (number) => Number(number) / 2)],
  ["upper", functionOf(["string"], (text) => stringOf(text).toUpperCase())],
  ["truth", functionOf(["bool"], (value) => value)],
  [
    "labels",
    functionOf([], () =>
      mapOf(
        new Map([
          ["a", "1"],
          ["b", "2"],
        ]),
        "string",
      ),
    ),
  ],
  ["list", functionOf(["...interface {}"], (...items) => listOf(items))],
  ["fun", functionOf([], () => inner)],
]);

function fail(text: string): never {
  throw new CallRefusal(`refused: ${text}`);
}
