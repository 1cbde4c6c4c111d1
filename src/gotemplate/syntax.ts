/**
 * A template as parsed. `offset` is where a part stands in the text; what an error message names is
 * the part at which execution last was, printed by `showPart`.
 */
export type Statement =
  | { readonly kind: "text"; readonly offset: number; readonly text: string }
  | { readonly kind: "action"; readonly offset: number; readonly pipeline: Pipeline }
  | Branch
  | Invocation
  | { readonly kind: "break" | "continue"; readonly offset: number };

export interface Branch {
  readonly kind: "if" | "with" | "range";
  readonly offset: number;
  readonly pipeline: Pipeline;
  readonly body: StatementList;
  readonly otherwise: StatementList | undefined;
}

export interface StatementList {
  readonly kind: "statements";
  readonly offset: number;
  readonly statements: readonly Statement[];
}

/** `{{template "name" pipeline}}`. */
export interface Invocation {
  readonly kind: "template";
  readonly offset: number;
  readonly name: string;
  readonly pipeline: Pipeline | undefined;
}

/** Commands, each of which gets the value of the one before as its last argument. */
export interface Pipeline {
  readonly kind: "pipeline";
  readonly offset: number;
  /** Variables that take the value: none, one, or for `range` two. */
  readonly variables: readonly Variable[];
  /** Whether the variables exist already (`=`) or are made (`:=`). */
  readonly isAssignment: boolean;
  readonly commands: readonly Command[];
}

/** A value, or a function with its arguments. */
export interface Command {
  readonly kind: "command";
  readonly offset: number;
  readonly operands: readonly Operand[];
}

export type Operand =
  | { readonly kind: "bool"; readonly offset: number; readonly value: boolean }
  | NumberOperand
  | {
      readonly kind: "string";
      readonly offset: number;
      readonly quoted: string;
      readonly value: string;
    }
  | { readonly kind: "nil" | "dot"; readonly offset: number }
  | { readonly kind: "field"; readonly offset: number; readonly names: readonly string[] }
  | Variable
  | { readonly kind: "function"; readonly offset: number; readonly name: string }
  | Chain
  | Pipeline;

/** A constant, in each of the types that can hold it. */
export interface NumberOperand {
  readonly kind: "number";
  readonly offset: number;
  readonly text: string;
  readonly integer: bigint | undefined;
  readonly float: number | undefined;
}

/** `$name`, perhaps followed by fields. */
export interface Variable {
  readonly kind: "variable";
  readonly offset: number;
  /** With the dollar sign. */
  readonly name: string;
  readonly fields: readonly string[];
}

/** `(…).field.field`. */
export interface Chain {
  readonly kind: "chain";
  readonly offset: number;
  readonly operand: Operand;
  readonly fields: readonly string[];
}

export type Part = Statement | StatementList | Pipeline | Command | Operand;

/** The part as it would be written. */
export function showPart(part: Part): string {
  switch (part.kind) {
    case "text":
      return part.text;
    case "action":
      return `{{${showPart(part.pipeline)}}}`;
    case "if":
    case "with":
    case "range":
      return showBranch(part);
    case "template": {
      const argument = part.pipeline === undefined ? "" : ` ${showPart(part.pipeline)}`;
      return `{{template ${JSON.stringify(part.name)}${argument}}}`;
    }
    case "break":
    case "continue":
      return `{{${part.kind}}}`;
    case "statements":
      return part.statements.map(showPart).join("");
    case "pipeline":
      return showPipeline(part);
    case "command":
      return part.operands.map(showOperand).join(" ");
    default:
      return showTerm(part);
  }
}

function showBranch(branch: Branch): string {
  const otherwise = branch.otherwise === undefined ? "" : `{{else}}${showPart(branch.otherwise)}`;
  return `{{${branch.kind} ${showPart(branch.pipeline)}}}${showPart(branch.body)}${otherwise}{{end}}`;
}

function showPipeline(pipeline: Pipeline): string {
  const commands = pipeline.commands.map(showPart).join(" | ");
  if (pipeline.variables.length === 0) return commands;
  const variables = pipeline.variables.map(showPart).join(", ");
  return `${variables} ${pipeline.isAssignment ? "=" : ":="} ${commands}`;
}

function showOperand(operand: Operand): string {
  return operand.kind === "pipeline" ? `(${showPart(operand)})` : showPart(operand);
}

function showTerm(operand: Exclude<Operand, Pipeline>): string {
  switch (operand.kind) {
    case "bool":
      return String(operand.value);
    case "number":
      return operand.text;
    case "string":
      return operand.quoted;
    case "nil":
      return "nil";
    case "dot":
      return ".";
    case "field":
      return operand.names.map((name) => `.${name}`).join("");
    case "variable":
      return [operand.name, ...operand.fields].join(".");
    case "function":
      return operand.name;
    case "chain":
      return [showOperand(operand.operand), ...operand.fields].join(".");
  }
}
