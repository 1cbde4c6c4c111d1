import { type Secret, secret } from "#api/core/v1";
import { type BehaviorEntry, defineBehavior } from "../behavior.ts";

export const secretBehavior: BehaviorEntry = defineBehavior(secret, {
  applyDefaults: withTextAsData,
});

/** `stringData` is for writing only: its texts become data, in place of what the data says. */
function withTextAsData(object: Secret): Secret {
  const { stringData, ...rest } = object;
  if (stringData === undefined) return object;
  const texts = Object.entries(stringData).map(([key, text]) => [key, base64Of(text)] as const);
  return { ...rest, data: { ...object.data, ...Object.fromEntries(texts) } };
}

const chunkLength = 0x8000;

function base64Of(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = "";
  for (let start = 0; start < bytes.length; start += chunkLength) {
    binary += String.fromCharCode(...bytes.subarray(start, start + chunkLength));
  }
  return btoa(binary);
}
