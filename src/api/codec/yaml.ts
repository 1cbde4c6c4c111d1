/**
 * YAML as Kubernetes reads it: the dialect of go-yaml 2, which is neither YAML 1.1 nor 1.2.
 *
 * `yes`, `on` and `y` are booleans and `0644` is octal, as in 1.1; `0o644` is octal too, as in 1.2;
 * `1:30` and dates are text. Keys are text whatever they look like. Integers are exact.
 */

import {
  binaryTag,
  boolYaml11Tag,
  defineScalarTag,
  dump,
  FAILSAFE_SCHEMA,
  floatYaml11Tag,
  intYaml11Tag,
  loadAll,
  mergeTag,
  NOT_RESOLVED,
  nullYaml11Tag,
  YAML11_SCHEMA,
  YAMLException,
} from "js-yaml";
import { isJsonList, isJsonObject } from "../json-value.ts";
import { asJsonObject, type JsonValue } from "../schema/schema.ts";
import { ValueError } from "../value-error.ts";

/** Collections nested deeper than this are refused. */
const depthMax = 200;
/** Characters and values that a document may come to once its aliases are written out. */
const expandedSizeMax = 16 * 1024 * 1024;

const duplicateReason = "duplicated mapping key";
const integerPattern = /^[-+]?(?:0b[01]+|0o[0-7]+|0x[0-9a-fA-F]+|0[0-7]*|[1-9]\d*)$/;
const floatPattern = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const notANumberPattern = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const numberStarts = "-+.0123456789".split("");
const int64Min = -(2n ** 63n);
const uint64Max = 2n ** 64n - 1n;

const numberTag = defineScalarTag<number | bigint>("tag:yaml.org,2002:int", {
  implicit: true,
  implicitFirstChars: numberStarts,
  resolve: resolveNumber,
  identify: () => false,
});

const readSchema = FAILSAFE_SCHEMA.withTags(
  nullYaml11Tag,
  boolYaml11Tag,
  numberTag,
  mergeTag,
  binaryTextTag(),
);
/** Quotes every text that some reader of YAML 1.1 or 1.2 would take for something else. */
const writeSchema = YAML11_SCHEMA.withTags(
  defineScalarTag<number | bigint>("tag:yaml.org,2002:int", {
    implicit: true,
    implicitFirstChars: numberStarts,
    resolve: (source, isExplicit, tagName) =>
      integerPattern.test(source) ? 0 : intYaml11Tag.resolve(source, isExplicit, tagName),
    identify: (value) => typeof value === "bigint" || intYaml11Tag.identify(value),
    represent: (value) => String(value),
  }),
  defineScalarTag<number>("tag:yaml.org,2002:float", {
    ...floatYaml11Tag,
    resolve: (source, isExplicit, tagName) =>
      floatPattern.test(source) ? 0 : floatYaml11Tag.resolve(source, isExplicit, tagName),
  }),
);

function resolveNumber(source: string): number | bigint | typeof NOT_RESOLVED {
  const plain = source.replaceAll("_", "");
  if (integerPattern.test(plain)) return integerOf(plain);
  if (floatPattern.test(plain)) return Number(plain);
  if (notANumberPattern.test(source)) {
    throw new ValueError(`error converting YAML to JSON: json: unsupported value: ${source}`);
  }
  return NOT_RESOLVED;
}

function integerOf(text: string): number | bigint {
  const digits = text.replace(/^[-+]/, "");
  const isOctal = /^0\d/.test(digits);
  const size = BigInt(isOctal ? `0o${digits}` : digits);
  const value = text.startsWith("-") ? -size : size;
  const near = Number(value);
  if (Number.isSafeInteger(near)) return near;
  return value >= int64Min && value <= uint64Max ? value : near;
}

/** `!!binary` is the text that its bytes spell. */
function binaryTextTag() {
  return defineScalarTag<string>("tag:yaml.org,2002:binary", {
    resolve: (source, isExplicit, tagName) => {
      const bytes = binaryTag.resolve(source, isExplicit, tagName);
      return bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : NOT_RESOLVED;
    },
    identify: () => false,
  });
}

/** One document, and what Kubernetes tolerates in it but reports. */
export interface YamlDocument {
  readonly value: JsonValue;
  /** A key that stands twice in a mapping, of which the last counts; undefined when there is none. */
  readonly problem: string | undefined;
}

/** The documents of `text`; throws `ValueError` for what is not YAML or would grow out of bounds. */
export function parseYaml(text: string): readonly YamlDocument[] {
  try {
    return documentsOf(text, false, undefined);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    // js-yaml stops at the first duplicate; to go on, it has to be told to let the last one win.
    const problem = `yaml: unmarshal errors:\n  line ${lineOf(error)}: key already set in map`;
    return documentsOf(text, true, problem);
  }
}

function documentsOf(
  text: string,
  json: boolean,
  problem: string | undefined,
): readonly YamlDocument[] {
  return loadDocuments(text, json).map((value) => {
    refuseOversize(value);
    return { value, problem };
  });
}

function loadDocuments(text: string, json: boolean): readonly JsonValue[] {
  try {
    // The tags of the schema construct nothing but JSON values.
    return loadAll(text, { schema: readSchema, json, maxDepth: depthMax }).map(asJsonValue);
  } catch (error) {
    if (!(error instanceof YAMLException) || error.reason === duplicateReason) throw error;
    const place = `yaml: line ${lineOf(error)}`;
    throw new ValueError(`error converting YAML to JSON: ${place}: ${error.reason}`);
  }
}

function isDuplicate(error: unknown): error is YAMLException {
  return error instanceof YAMLException && error.reason === duplicateReason;
}

function lineOf(error: YAMLException): number {
  return (error.mark?.line ?? 0) + 1;
}

function asJsonValue(value: unknown): JsonValue {
  return value === undefined ? null : (asJsonObject({ value })["value"] ?? null);
}

/** Aliases share what they stand for; written out as JSON, a few lines can become gigabytes. */
function refuseOversize(document: JsonValue): void {
  let size = 0;
  const measure = (value: JsonValue | undefined, depth: number): void => {
    size += typeof value === "string" ? value.length + 1 : 1;
    if (size > expandedSizeMax || depth > depthMax) {
      throw new ValueError(
        "error converting YAML to JSON: yaml: document contains excessive aliasing",
      );
    }
    if (isJsonList(value)) for (const item of value) measure(item, depth + 1);
    else if (isJsonObject(value)) {
      for (const [key, item] of Object.entries(value)) {
        size += key.length;
        measure(item, depth + 1);
      }
    }
  };
  measure(document, 0);
}

/** `value` as YAML, keys sorted, in the layout of `kubectl get -o yaml`. */
export function formatYaml(value: JsonValue): string {
  return dump(value, {
    schema: writeSchema,
    sortKeys: true,
    noRefs: true,
    lineWidth: -1,
    seqNoIndent: true,
    quoteStyle: "double",
  });
}
