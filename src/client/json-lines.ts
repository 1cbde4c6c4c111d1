import type { Body } from "#base";
import type { JsonValue } from "#api";

/** Longest line of a watch: an object of the largest size, with room for its frame. */
const lineCharsMax = 16 << 20;

/** Decodes a stream of JSON values, one a line, as they arrive. */
export async function* decodeJsonLines(body: Body | undefined): AsyncIterable<JsonValue> {
  if (body === undefined) return;
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body instanceof Uint8Array ? [body] : body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > lineCharsMax) {
      throw new Error(`watch line exceeds ${lineCharsMax} characters`);
    }
    for (const line of lines) {
      if (line !== "") yield JSON.parse(line);
    }
  }
  if (rest !== "") yield JSON.parse(rest);
}
