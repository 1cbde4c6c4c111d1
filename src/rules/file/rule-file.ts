/** Rule files: reading them, and everything that `promtool check rules` finds wrong with one. */
import { compareText, describeError, quoteGo } from "#base";
import { ConfigError, type Position } from "#promconfig";
import { type Expr, formatExpr, parseExpr, type ParserOptions, PromqlError } from "#promql";
import { isValidLabelName, isValidMetricName, metricNameLabel, type NameScheme } from "#series";
import { templateProblem } from "../template/alert-template.ts";
import type { LabelTexts, RuleGroupSpec, RuleSpec } from "./rule-spec.ts";
import { decodeRuleYaml, type GroupYaml, type RuleYaml } from "./rule-yaml.ts";

export interface RuleFileOptions {
  readonly parser: ParserOptions;
  readonly nameScheme: NameScheme;
  /** Options that nobody knows are refused unless they are to be ignored. */
  readonly unknownFields: "refuse" | "ignore";
}

/** What is wrong with a rule file. The message is upstream's, and begins with the position if any. */
export interface RuleProblem {
  readonly message: string;
  /** Undefined where upstream does not say, either. */
  readonly position: Position | undefined;
}

export type ParsedRuleFile =
  | { readonly kind: "valid"; readonly groups: readonly RuleGroupSpec[] }
  | { readonly kind: "invalid"; readonly problems: readonly RuleProblem[] };

/** Parses and checks the content of a rule file; all problems are told, not only the first. */
export function parseRuleFile(content: string, options: RuleFileOptions): ParsedRuleFile {
  let written: readonly GroupYaml[];
  try {
    written = decodeRuleYaml(content, options.unknownFields);
  } catch (error) {
    // What YAML itself or its types refuse is a problem of the file like any other.
    if (!(error instanceof ConfigError)) throw error;
    return {
      kind: "invalid",
      problems: [{ message: error.message, position: error.position }],
    };
  }
  return new FileChecker(options).check(written);
}

class FileChecker {
  readonly #options: RuleFileOptions;
  readonly #problems: RuleProblem[] = [];

  constructor(options: RuleFileOptions) {
    this.#options = options;
  }

  check(written: readonly GroupYaml[]): ParsedRuleFile {
    const names = new Set<string>();
    const groups = written.map((group) => this.#group(group, names));
    if (this.#problems.length > 0) return { kind: "invalid", problems: this.#problems };
    return { kind: "valid", groups };
  }

  #group({ position, group }: GroupYaml, names: Set<string>): RuleGroupSpec {
    const { name, intervalMs, queryOffsetMs, limit, labels } = group;
    if (name === "") this.#note("Groupname must not be empty", position);
    if (names.has(name)) {
      this.#note(`groupname: "${name}" is repeated in the same file`, position);
    }
    for (const problem of labelProblems(labels, this.#options.nameScheme)) this.#note(problem);
    names.add(name);
    const rules = group.rules.flatMap((rule, index) => {
      const spec = this.#rule(rule, labels, (problem, ...positions) => {
        const ruleName = rule.alert.text === "" ? rule.record.text : rule.alert.text;
        const where = `group ${quoteGo(name)}, rule ${index + 1}, ${quoteGo(ruleName)}`;
        this.#note(`${where}: ${problem}`, ...positions);
      });
      return spec === undefined ? [] : [spec];
    });
    return { name, intervalMs, queryOffsetMs, limit, rules };
  }

  #rule(
    rule: RuleYaml,
    groupLabels: ReadonlyMap<string, string>,
    note: Note,
  ): RuleSpec | undefined {
    const isRecording = rule.record.text !== "";
    const isAlerting = rule.alert.text !== "";
    if (isRecording === isAlerting) {
      const problem = isRecording
        ? "only one of 'record' and 'alert' must be set"
        : "one of 'record' or 'alert' must be set";
      note(problem, rule.record.position, rule.alert.position);
    }
    const expr = this.#expr(rule, note);
    if (isRecording) checkRecording(rule, this.#options.nameScheme, note);
    for (const problem of labelProblems(rule.labels, this.#options.nameScheme)) note(problem);
    for (const name of sortedKeys(rule.annotations)) {
      if (!isValidLabelName(name, this.#options.nameScheme)) {
        note(`invalid annotation name: ${name}`);
      }
    }
    if (isAlerting) checkTemplates(rule, note);
    if (expr === undefined) return undefined;
    return specOf(rule, expr, groupLabels);
  }

  #expr(rule: RuleYaml, note: Note): Expr | undefined {
    const { text, position } = rule.expr;
    if (text === "") {
      note("field 'expr' must be set in rule", position);
      return undefined;
    }
    try {
      const { parser } = this.#options;
      return parseExpr(formatExpr(parseExpr(text, parser)), parser);
    } catch (error) {
      // A query that is none is what the checker is there to tell.
      if (!(error instanceof PromqlError)) throw error;
      note(`could not parse expression: ${describeError(error)}`, position);
      return undefined;
    }
  }

  #note(problem: string, ...positions: readonly Position[]): void {
    const places = positions.map(({ line, column }) => `${line}:${column}: `);
    this.#problems.push({ message: places.join("") + problem, position: positions[0] });
  }
}

type Note = (problem: string, ...positions: readonly Position[]) => void;

function checkRecording(rule: RuleYaml, nameScheme: NameScheme, note: Note): void {
  const { text: name, position } = rule.record;
  if (rule.annotations.size > 0) note("invalid field 'annotations' in recording rule", position);
  if (rule.forMs !== 0) note("invalid field 'for' in recording rule", position);
  if (rule.keepFiringForMs !== 0) {
    note("invalid field 'keep_firing_for' in recording rule", position);
  }
  if (!isValidMetricName(name, nameScheme)) note(`invalid recording rule name: ${name}`, position);
  // Valid in UTF-8, and yet nearly always an expression that was put into the wrong field.
  if (/[{}]/.test(name)) {
    note(`braces present in the recording rule name; should it be in expr?: ${name}`, position);
  }
}

function* labelProblems(
  labels: ReadonlyMap<string, string>,
  nameScheme: NameScheme,
): Generator<string> {
  for (const name of sortedKeys(labels)) {
    if (!isValidLabelName(name, nameScheme) || name === metricNameLabel) {
      yield `invalid label name: ${name}`;
    }
    const value = labels.get(name) ?? "";
    if (!value.isWellFormed()) yield `invalid label value: ${value}`;
  }
}

function checkTemplates(rule: RuleYaml, note: Note): void {
  for (const [what, texts] of [
    ["label", rule.labels],
    ["annotation", rule.annotations],
  ] as const) {
    for (const name of sortedKeys(texts)) {
      const problem = templateProblem(rule.alert.text, texts.get(name) ?? "");
      if (problem !== undefined) note(`${what} ${quoteGo(name)}: ${problem}`);
    }
  }
}

function specOf(rule: RuleYaml, expr: Expr, groupLabels: ReadonlyMap<string, string>): RuleSpec {
  const query = formatExpr(expr);
  const labels = sortedTexts(new Map([...groupLabels, ...rule.labels]));
  if (rule.alert.text === "") {
    return { kind: "recording", name: rule.record.text, expr, query, labels };
  }
  const { forMs, keepFiringForMs } = rule;
  const annotations = sortedTexts(rule.annotations);
  const name = rule.alert.text;
  return { kind: "alerting", name, expr, query, labels, forMs, keepFiringForMs, annotations };
}

function sortedTexts(texts: ReadonlyMap<string, string>): LabelTexts {
  return sortedKeys(texts).map((name) => [name, texts.get(name) ?? ""]);
}

function sortedKeys(texts: ReadonlyMap<string, string>): readonly string[] {
  return [...texts.keys()].sort(compareText);
}
