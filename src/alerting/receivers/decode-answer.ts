/** Reads what receivers answer. */

export type AnswerObject = Readonly<Record<string, unknown>>;

/** The object in JSON, or undefined when the text is none. */
export function decodeAnswer(text: string): AnswerObject | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // A text that is no JSON is an answer, too, of which its reader says what it means.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as AnswerObject) : undefined;
}

/** A member that is text; empty when it is none. */
export function textMember(answer: AnswerObject | undefined, name: string): string {
  const value = answer?.[name];
  return typeof value === "string" ? value : "";
}

/** The texts in a member that is a list. */
export function textsMember(answer: AnswerObject | undefined, name: string): readonly string[] {
  const value = answer?.[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/** The objects in a member that is a list. */
export function objectsMember(
  answer: AnswerObject | undefined,
  name: string,
): readonly AnswerObject[] {
  const value = answer?.[name];
  if (!Array.isArray(value)) return [];
  return value.filter((one) => typeof one === "object" && one !== null) as AnswerObject[];
}

/** The object in a member. */
export function objectMember(
  answer: AnswerObject | undefined,
  name: string,
): AnswerObject | undefined {
  const value = answer?.[name];
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as AnswerObject) : undefined;
}
