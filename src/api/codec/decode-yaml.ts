/** YAML request bodies: read by Kubernetes' rules, then decoded like JSON. */

import type { Fields, KindSchema, ObjectOf } from "../schema/schema.ts";
import { badRequest } from "../status-error.ts";
import { ValueError } from "../value-error.ts";
import { type Decoded, decodeJsonText, type DecodeOptions } from "./decode-json.ts";
import { jsonTextOf } from "./scalars.ts";
import { parseYaml, type YamlDocument } from "./yaml.ts";

const textDecoder = new TextDecoder("utf-8");

/** The object of `kind` in the first document of a body; throws `BadRequest`. */
export function decodeYaml<F extends Fields>(
  kind: KindSchema<F>,
  body: Uint8Array,
  options: DecodeOptions,
): Decoded<ObjectOf<F>> {
  const { value, problem } = firstDocument(textDecoder.decode(body));
  if (problem !== undefined && options.mode === "strict") {
    const { version } = kind.package;
    const place = `${kind.kind} in version ${JSON.stringify(version)}`;
    throw badRequest(
      `${place} cannot be handled as a ${kind.kind}: strict decoding error: ${problem}`,
    );
  }
  const decoded = decodeJsonText(kind, jsonTextOf(value), options);
  if (problem === undefined || options.mode === "ignore") return decoded;
  return { object: decoded.object, warnings: [problem, ...decoded.warnings] };
}

function firstDocument(text: string): YamlDocument {
  try {
    return parseYaml(text)[0] ?? { value: null, problem: undefined };
  } catch (error) {
    if (error instanceof ValueError) throw badRequest(error.message);
    throw error;
  }
}
