/** Field selectors: the text of `fieldSelector=`. Syntax and error texts are apimachinery's (`fields`). */

import { compareText } from "#base";
import { ValueError } from "./value-error.ts";

export interface FieldRequirement {
  /** A path such as `spec.nodeName`; which ones exist is a fact of the resource. */
  readonly field: string;
  readonly operator: "=" | "!=";
  readonly value: string;
}

const lengthMax = 64 * 1024;

/** Reads `spec.nodeName=a,status.phase!=Failed`; throws `ValueError` in upstream's words. */
export function parseFieldSelector(text: string): readonly FieldRequirement[] {
  if (text.length > lengthMax) {
    throw new ValueError(`field selector must be no more than ${lengthMax} characters`);
  }
  return (
    termsOf(text)
      .filter((term) => term !== "")
      .sort(compareText)
      .map((term) => requirementOf(text, term))
      // As upstream: a field without a value that must be equal to nothing restricts nothing.
      .filter(({ field, value }) => field !== "" || value !== "")
  );
}

function requirementOf(selector: string, term: string): FieldRequirement {
  const match = /!=|==?/.exec(term);
  if (match === null) {
    throw new ValueError(`invalid selector: '${selector}'; can't understand '${term}'`);
  }
  return {
    field: term.slice(0, match.index),
    operator: match[0] === "!=" ? "!=" : "=",
    value: unescapeValue(term.slice(match.index + match[0].length)),
  };
}

/** Splits at commas that no backslash precedes. */
function termsOf(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === "\\") index++;
    else if (text[index] === ",") {
      terms.push(text.slice(start, index));
      start = index + 1;
    }
  }
  terms.push(text.slice(start));
  return terms;
}

function unescapeValue(text: string): string {
  if (!/[\\,=]/.test(text)) return text;
  let value = "";
  for (let index = 0; index < text.length; index++) {
    const sign = text.charAt(index);
    if (sign === "," || sign === "=") {
      const code = sign.charCodeAt(0);
      throw new ValueError(`invalid field selector: unescaped character in value: ${code}`);
    }
    if (sign !== "\\") {
      value += sign;
      continue;
    }
    const escaped = text.charAt(++index);
    if (escaped === "" || !"\\,=".includes(escaped)) {
      throw new ValueError(`invalid field selector: invalid escape sequence: \\${escaped}`);
    }
    value += escaped;
  }
  return value;
}

/** `value` as it stands in a field selector. */
export function escapeFieldValue(value: string): string {
  return value.replace(/[\\,=]/g, "\\$&");
}

/** The text that parses to `requirements`. */
export function formatFieldSelector(requirements: readonly FieldRequirement[]): string {
  return requirements
    .map(({ field, operator, value }) => `${field}${operator}${escapeFieldValue(value)}`)
    .join(",");
}

/** Whether what `valueOf` tells of an object meets all requirements. */
export function matchesFields(
  requirements: readonly FieldRequirement[],
  valueOf: (field: string) => string,
): boolean {
  return requirements.every(
    ({ field, operator, value }) => (valueOf(field) === value) === (operator === "="),
  );
}
