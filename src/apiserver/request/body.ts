import {
  type AnyKind,
  asJsonObject,
  decodeJson,
  decodeProtobuf,
  decodeYaml,
  type FieldValidation,
  type JsonObject,
} from "#api";
import type { HttpRequest } from "#base";
import { bodyMediaType, findHeader, readBody, requestBodyBytesMax } from "#http";
import { jsonType, protobufType, yamlType } from "../respond/presentation.ts";

const customTypes = [jsonType, yamlType];
const bodyTypes = [...customTypes, protobufType];

export interface DecodedBody {
  readonly object: JsonObject;
  readonly warnings: readonly string[];
}

/** Reads and decodes the object in a request's body. Throws for bodies that are none. */
export async function decodeBody(
  request: HttpRequest,
  kind: AnyKind,
  mode: FieldValidation,
  version: "own" | "any" = "own",
): Promise<DecodedBody> {
  const taken = kind.package.isCustom === true ? customTypes : bodyTypes;
  const mediaType = bodyMediaType(findHeader(request.headers, "content-type"), taken);
  const bytes = await readBody(request, requestBodyBytesMax);
  if (mediaType === protobufType) {
    // Protobuf has no names, so that no field can be unknown or twice there.
    return { object: asJsonObject(decodeProtobuf(kind, bytes, { version })), warnings: [] };
  }
  const decode = mediaType === yamlType ? decodeYaml : decodeJson;
  const { object, warnings } = decode(kind, bytes, { mode, version });
  return { object: asJsonObject(object), warnings };
}
