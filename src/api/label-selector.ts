/**
 * Label selectors: the text of `labelSelector=` and the `LabelSelector` of objects, compiled to the
 * same list of requirements. Syntax, order and error texts are apimachinery's (`labels`).
 */

import { compareText } from "#base";
import type { LabelSelector } from "./meta/v1/label-selector.ts";
import { labelKeyProblems, labelValueProblems } from "./names.ts";
import { ValueError } from "./value-error.ts";

export type LabelOperator = "=" | "==" | "!=" | "in" | "notin" | "exists" | "!" | "gt" | "lt";

export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;

/** Requirements that must all hold; none selects everything. Sorted by key. */
export interface CompiledLabelSelector {
  readonly requirements: readonly LabelRequirement[];
  /** True for the selector that an absent `LabelSelector` means. */
  readonly selectsNothing: boolean;
}

export const everyLabel: CompiledLabelSelector = { requirements: [], selectsNothing: false };
export const noLabel: CompiledLabelSelector = { requirements: [], selectsNothing: true };

const lengthMax = 64 * 1024;

export function matchesLabels(
  selector: CompiledLabelSelector,
  labels: Labels | undefined,
): boolean {
  if (selector.selectsNothing) return false;
  return selector.requirements.every((requirement) => isMet(requirement, labels));
}

function isMet({ key, operator, values }: LabelRequirement, labels: Labels | undefined): boolean {
  const value = labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "=":
    case "==":
    case "in":
      return value !== undefined && values.includes(value);
    case "!=":
    case "notin":
      return value === undefined || !values.includes(value);
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
    case "gt":
    case "lt":
      return isOrdered(operator, value, values[0]);
  }
}

const integer = /^[+-]?\d{1,19}$/;

function isOrdered(operator: "gt" | "lt", value: string | undefined, bound = ""): boolean {
  if (value === undefined || !integer.test(value) || !integer.test(bound)) return false;
  const left = BigInt(value.replace("+", ""));
  const right = BigInt(bound.replace("+", ""));
  return operator === "gt" ? left > right : left < right;
}

/** Compiles the selector of an object; absent selects nothing, empty everything. */
export function compileLabelSelector(selector: LabelSelector | undefined): CompiledLabelSelector {
  if (selector === undefined) return noLabel;
  const fromLabels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) =>
    requirementOf(key, "=", [value]),
  );
  const fromExpressions = (selector.matchExpressions ?? []).map(({ key, operator, values }) => {
    const compiled = expressionOperators.get(operator);
    if (compiled === undefined) {
      throw new ValueError(`${JSON.stringify(operator)} is not a valid label selector operator`);
    }
    return requirementOf(key, compiled, values ?? []);
  });
  return selectorOf([...fromLabels, ...fromExpressions]);
}

const expressionOperators: ReadonlyMap<string, LabelOperator> = new Map([
  ["In", "in"],
  ["NotIn", "notin"],
  ["Exists", "exists"],
  ["DoesNotExist", "!"],
]);

function selectorOf(requirements: readonly LabelRequirement[]): CompiledLabelSelector {
  const sorted = [...requirements].sort((left, right) => compareText(left.key, right.key));
  return { requirements: sorted, selectsNothing: false };
}

/** The selector of exactly these labels. */
export function labelSelectorOf(labels: Labels): CompiledLabelSelector {
  return selectorOf(
    Object.entries(labels).map(([key, value]) => ({ key, operator: "=", values: [value] })),
  );
}

/** The text that parses to `selector`. */
export function formatLabelSelector(selector: CompiledLabelSelector): string {
  return selector.requirements.map(formatRequirement).join(",");
}

function formatRequirement({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case "exists":
      return key;
    case "!":
      return `!${key}`;
    case "in":
    case "notin":
      return `${key} ${operator} (${[...values].sort(compareText).join(",")})`;
    case "gt":
      return `${key}>${values[0]}`;
    case "lt":
      return `${key}<${values[0]}`;
    default:
      return `${key}${operator}${values[0]}`;
  }
}

function requirementOf(
  key: string,
  operator: LabelOperator,
  values: readonly string[],
): LabelRequirement {
  const problems = [
    ...labelKeyProblem(key, "key: "),
    ...valueCountProblems(operator, values),
    ...values.flatMap((value, index) => labelValueProblem(key, value, index)),
  ];
  if (problems.length > 0) {
    throw new ValueError(problems.length === 1 ? (problems[0] ?? "") : `[${problems.join(", ")}]`);
  }
  return { key, operator, values };
}

function labelKeyProblem(key: string, path: string): readonly string[] {
  const problems = labelKeyProblems(key);
  if (problems.length === 0) return [];
  return [`${path}Invalid value: ${JSON.stringify(key)}: ${problems.join("; ")}`];
}

function labelValueProblem(key: string, value: string, index: number): readonly string[] {
  const problems = labelValueProblems(value);
  if (problems.length === 0) return [];
  const invalid = `Invalid value: ${JSON.stringify(value)}: ${problems.join("; ")}`;
  return [`values[${index}][${key}]: ${invalid}`];
}

function valueCountProblems(operator: LabelOperator, values: readonly string[]): readonly string[] {
  const shown = `values: Invalid value: ${JSON.stringify(values)}: `;
  const first = values[0];
  switch (operator) {
    case "in":
    case "notin":
      if (first !== undefined) return [];
      return [`${shown}for 'in', 'notin' operators, values set can't be empty`];
    case "exists":
    case "!":
      if (first === undefined) return [];
      return [`${shown}values set must be empty for exists and does not exist`];
    case "gt":
    case "lt":
      if (first !== undefined && integer.test(first)) return [];
      return [
        `values[0]: Invalid value: ${JSON.stringify(first)}: for 'Gt', 'Lt' operators, the value must be an integer`,
      ];
    default:
      return values.length === 1
        ? []
        : [`${shown}exact-match compatibility requires one single value`];
  }
}

/** Reads `app=web,tier in (front,back),!legacy`; throws `ValueError` in upstream's words. */
export function parseLabelSelector(text: string): CompiledLabelSelector {
  if (text.length > lengthMax) {
    throw new ValueError(`label selector must be no more than ${lengthMax} characters`);
  }
  const tokens = new TokenReader(tokensOf(text));
  const requirements: LabelRequirement[] = [];
  while (tokens.peek().type !== "end") {
    const { type, text: found } = tokens.peek();
    if (!startsRequirement(type)) {
      throw new ValueError(`found '${found}', expected: !, identifier, or 'end of string'`);
    }
    requirements.push(parseRequirement(tokens));
    const separator = tokens.take();
    if (separator.type === "end") break;
    if (separator.type !== ",") {
      throw new ValueError(`found '${separator.text}', expected: ',' or 'end of string'`);
    }
    const next = tokens.peek();
    if (!startsRequirement(next.type)) {
      throw new ValueError(`found '${next.text}', expected: identifier after ','`);
    }
  }
  return selectorOf(requirements);
}

function startsRequirement(type: string): boolean {
  return type === "identifier" || type === "in" || type === "notin" || type === "!";
}

function parseRequirement(tokens: TokenReader): LabelRequirement {
  const isAbsence = tokens.peek().type === "!";
  if (isAbsence) tokens.take();
  const { type, text: key } = tokens.take();
  if (!isWord(type)) throw unparsed(`found '${key}', expected: identifier`);
  const [keyProblem] = labelKeyProblem(key, "");
  if (keyProblem !== undefined) throw unparsed(keyProblem);
  const next = tokens.peek();
  if (isAbsence) return { key, operator: "!", values: [] };
  if (next.type === "end" || next.type === ",") return { key, operator: "exists", values: [] };
  const operator = binaryOperators.get(tokens.take().type);
  if (operator === undefined) {
    throw unparsed(`found '${next.text}', expected: in, notin, =, ==, !=, gt, lt`);
  }
  const values =
    operator === "in" || operator === "notin" ? parseValueSet(tokens) : [parseValue(tokens)];
  const problems = [
    ...valueCountProblems(operator, values),
    ...values.flatMap((value, index) => labelValueProblem(key, value, index)),
  ];
  if (problems.length > 0) throw unparsed(problems.join(", "));
  return { key, operator, values };
}

function unparsed(why: string): ValueError {
  return new ValueError(`unable to parse requirement: ${why}`);
}

const binaryOperators: ReadonlyMap<string, LabelOperator> = new Map([
  ["=", "="],
  ["==", "=="],
  ["!=", "!="],
  ["in", "in"],
  ["notin", "notin"],
  [">", "gt"],
  ["<", "lt"],
]);

function parseValue(tokens: TokenReader): string {
  const { type, text } = tokens.peek();
  if (type === "end" || type === ",") return "";
  tokens.take();
  if (!isWord(type)) throw unparsed(`found '${text}', expected: identifier`);
  return text;
}

/** `(a,b)`; empty places between commas stand for the empty value. */
function parseValueSet(tokens: TokenReader): readonly string[] {
  const open = tokens.take();
  if (open.type !== "(") throw unparsed(`found '${open.text}' expected: '('`);
  const values = new Set<string>();
  let isValueDue = true;
  while (true) {
    const { type, text } = tokens.take();
    if (isWord(type) && isValueDue) {
      values.add(text);
      isValueDue = false;
    } else if (type === "," || type === ")") {
      if (isValueDue) values.add("");
      if (type === ")") return [...values].sort(compareText);
      isValueDue = true;
    } else {
      throw unparsed(`found '${text}', expected: ',' or ')'`);
    }
  }
}

/** `in` and `notin` are operators only between a key and a set; elsewhere they are words. */
function isWord(type: string): boolean {
  return type === "identifier" || type === "in" || type === "notin";
}

interface Token {
  /** The sign or word itself, `identifier` for any other word, `end`. */
  readonly type: string;
  readonly text: string;
}

class TokenReader {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(): Token {
    return this.#tokens[this.#position] ?? { type: "end", text: "" };
  }

  take(): Token {
    const token = this.peek();
    this.#position++;
    return token;
  }
}

const tokenPattern = /[ \t\r\n]*(==|!=|[=!<>(),]|[^ \t\r\n=!<>(),]+)/y;

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    tokenPattern.lastIndex = position;
    const match = tokenPattern.exec(text);
    const found = match?.[1];
    if (match === null || found === undefined) break;
    const isWordText = !/^[=!<>(),]/.test(found) && found !== "in" && found !== "notin";
    tokens.push({ type: isWordText ? "identifier" : found, text: found });
    position += match[0].length;
  }
  return tokens;
}
