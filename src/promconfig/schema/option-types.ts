import {
  formatDuration,
  isValidLabelName,
  type Labels,
  labelPairs,
  labelsOf,
  type NameScheme,
  noLabels,
  parseDuration,
} from "#series";
import { quoteGo } from "#base";
import { formatByteSize, parseByteSize } from "../byte-size.ts";
import { joinPath } from "../path.ts";
import { noSecret, Secret, shownSecret } from "../secret.ts";
import { mapOf } from "./collection.ts";
import { checked, parsed, text, textOf, textValue } from "./scalar.ts";
import { type Problem, refuse, type YamlType } from "./yaml-type.ts";

/** A duration in milliseconds. */
export const durationMs: YamlType<number> = parsed({
  goType: "string",
  zero: 0,
  parse: parseDuration,
  format: formatDuration,
  isEmpty: (value) => value === 0,
});

/** A size in bytes. */
export const byteSize: YamlType<number> = parsed({
  goType: "units.Base2Bytes",
  zero: 0,
  parse: parseByteSize,
  format: formatByteSize,
  isEmpty: (value) => value === 0,
});

export const secret: YamlType<Secret> = {
  goType: "config.plain",
  zero: noSecret,
  decode: (node, decoding) => {
    const decoded = textOf("config.plain").decode(node, decoding);
    return decoded === undefined ? undefined : { value: new Secret(decoded.value) };
  },
  isEmpty: (value) => value.isEmpty,
  encode: (value) => (value.isEmpty ? { kind: "literal", text: "null" } : textValue(shownSecret)),
};

/** A URL as it was written. Its password, if it has one, is not shown. */
export const url: YamlType<string> = {
  ...parsed({
    goType: "string",
    zero: "",
    parse: (value) => {
      const problem = urlProblem(value);
      if (problem !== undefined) throw new Error(problem);
      return value;
    },
    format: redactUrl,
    isEmpty: (value) => value === "",
  }),
  encode: (value) =>
    value === "" ? { kind: "literal", text: "null" } : textValue(redactUrl(value)),
};

/** What Go's `url.Parse` says of it, or what keeps our own transport from sending there. */
export function urlProblem(value: string): string | undefined {
  const problem = urlFault(value);
  return problem === undefined ? undefined : `parse ${quoteGo(value)}: ${problem}`;
}

function urlFault(value: string): string | undefined {
  if (/[\0-\x1f\x7f]/.test(value)) return "net/url: invalid control character in URL";
  if (value.startsWith(":")) return "missing protocol scheme";
  const authority = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/([^/?#]*)/.exec(value)?.[1];
  if (authority === undefined) {
    const isColoned = /^[^/?#]*:/.test(value) && !/^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(value);
    return isColoned ? "first path segment in URL cannot contain colon" : undefined;
  }
  const port = /:([^:\]]*)$/.exec(authority.replace(/^.*@/, ""))?.[1];
  if (port !== undefined && !/^[0-9]*$/.test(port)) {
    return `invalid port ${quoteGo(`:${port}`)} after host`;
  }
  const isWeb = /^https?:/i.test(value) && authority !== "";
  return isWeb && !URL.canParse(value) ? "invalid character in host name" : undefined;
}

/** The URL with `xxxxx` in place of its password. */
function redactUrl(value: string): string {
  return value.replace(/^([a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/?#:@]*):[^/?#@]*@/, "$1:xxxxx@");
}

export const labelName: YamlType<string> = checked(text, (name) => labelNameProblem(name, "utf8"));

export function labelNameProblem(name: string, scheme: NameScheme): string | undefined {
  if (isValidLabelName(name, scheme)) return undefined;
  return `${quoteGo(name)} is not a valid label name`;
}

/** A label set; `check` judges it once it is whole. */
export function labelsType(
  goType: string,
  check: (name: string, value: string) => Problem | undefined,
): YamlType<Labels> {
  const source = mapOf(text, goType);
  return {
    goType,
    zero: noLabels,
    decode: (node, decoding) => {
      const decoded = source.decode(node, decoding);
      if (decoded === undefined) return undefined;
      for (const [name, value] of decoded.value) {
        refuse(check(name, value), node.position, decoding);
      }
      return { value: labelsOf(decoded.value) };
    },
    isEmpty: (value) => value.length === 0,
    encode: (value) => ({
      kind: "map",
      entries: [...labelPairs(value)].map(([name, one]) => [name, textValue(one)]),
    }),
  };
}

/** The labels of a group of targets or of matchers: any valid names. */
export const labelSet: YamlType<Labels> = labelsType("model.LabelSet", (name) =>
  labelNameProblem(name, "utf8"),
);

/** A path; a relative one is taken from where the configuration file is. */
export const path: YamlType<string> = checkedPath(() => undefined);

/** A path or pattern that is checked as it was written. */
export function checkedPath(check: (written: string) => string | undefined): YamlType<string> {
  const written = checked(text, check);
  return {
    ...written,
    decode: (node, decoding) => {
      const decoded = written.decode(node, decoding);
      return decoded && { value: joinPath(decoding.directory, decoded.value) };
    },
  };
}
