/** Go templates between `<<` and `>>`, as rule files have them. */
import { type GoValue, TemplateError, TemplateSet } from "#gotemplate";
import { RuleError } from "./rule-error.ts";

const delimiters = { left: "<<", right: ">>" };
const options = { missingKey: "default", functions: new Map() } as const;

export interface RuleTemplate {
  /** Throws a `RuleError` when it fails, or makes nothing. */
  execute(data: GoValue): string;
}

/** `what` names the template in errors: `label`, `metrics query`. */
export function compileRuleTemplate(what: string, text: string): RuleTemplate {
  const name = what.replaceAll(" ", "-");
  const templates = new TemplateSet([], delimiters);
  const attempt = <T>(step: string, run: () => T): T => {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      throw new RuleError(`${step}: ${error.message}`);
    }
  };
  attempt(`unable to parse ${what} template ${JSON.stringify(text)}`, () =>
    templates.add(name, text),
  );
  return {
    execute(data) {
      const made = attempt(`unable to execute ${what} template`, () =>
        templates.execute(name, data, options),
      );
      if (made === "") throw new RuleError(`empty ${what} produced by ${what} template`);
      return made;
    },
  };
}
