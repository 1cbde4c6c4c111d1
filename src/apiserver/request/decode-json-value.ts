import { badRequest, type JsonValue } from "#api";

/** The JSON value in a body. Throws BadRequest for text that is none. */
export function decodeJsonValue(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    if (error instanceof SyntaxError) throw badRequest(`error decoding patch: ${error.message}`);
    throw error;
  }
}
