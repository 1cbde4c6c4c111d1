/** What the templates of rules can call. */
import { compareText } from "#base";
import {
  boxed,
  CallRefusal,
  capitalizeWords,
  escapeUrlQuery,
  functionOf,
  type GoFunction,
  type GoList,
  type GoStruct,
  type GoValue,
  goDuration,
  goTime,
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  humanizeTimestamp,
  isKind,
  mapOf,
  numberOf,
  stringOf,
  unixNanoseconds,
} from "#gotemplate";
import {
  compileRegex,
  DurationError,
  formatHistogram,
  type Histogram,
  labelPairs,
  type Labels,
  parseSignedDuration,
  type Regex,
  RegexError,
} from "#series";
import { isIpAddress, joinHostPort, splitHostPort } from "./host-port.ts";

/** What functions know of the evaluation that they are called in. */
export interface TemplateContext {
  readonly evaluatedAtMs: number;
  readonly externalUrl: string;
  /** The result of a query; throws what ends the execution when it is not there yet. */
  readonly query: (text: string) => readonly TemplateSample[];
}

export interface TemplateSample {
  readonly labels: Labels;
  readonly value: number;
  readonly histogram: Histogram | undefined;
}

const resultType = "template.queryResult";
const sampleType = "*template.sample";
const anything = "interface {}";

export function templateFunctions(context: TemplateContext): ReadonlyMap<string, GoFunction> {
  return new Map([
    ...textFunctions,
    ...numberFunctions,
    ...sampleFunctions,
    ["query", functionOf(["string"], (text) => resultOf(context.query(stringOf(text))))],
    ["now", functionOf([], () => context.evaluatedAtMs / 1000)],
    ["pathPrefix", functionOf([], () => pathOf(context.externalUrl))],
    ["externalURL", functionOf([], () => context.externalUrl)],
  ]);
}

/** The value of a sample as templates have it. */
export function valueOf(sample: Pick<TemplateSample, "value" | "histogram">): GoValue {
  const { histogram } = sample;
  if (histogram === undefined) return sample.value;
  return {
    kind: "struct",
    typeName: "*histogram.FloatHistogram",
    fields: new Map<string, GoValue>([
      ["Count", histogram.count],
      ["Sum", histogram.sum],
    ]),
    methods: new Map(),
    text: formatHistogram(histogram),
  };
}

export function labelMap(labels: Labels): GoValue {
  return mapOf(new Map(labelPairs(labels)), "string");
}

function resultOf(samples: readonly TemplateSample[]): GoList {
  const items = samples.map((sample): GoStruct => {
    const fields = new Map<string, GoValue>([
      ["Labels", labelMap(sample.labels)],
      ["Value", boxed(valueOf(sample))],
    ]);
    return { kind: "struct", typeName: sampleType, fields, methods: new Map(), text: undefined };
  });
  return { kind: "list", typeName: resultType, elementType: sampleType, items };
}

type Named = readonly (readonly [name: string, GoFunction])[];

const sampleFunctions: Named = [
  ["first", functionOf([resultType], firstOf)],
  ["label", functionOf(["string", sampleType], (name, sample) => labelOf(sample, stringOf(name)))],
  ["value", functionOf([sampleType], (sample) => fieldOf(sample, "Value"))],
  ["strvalue", functionOf([sampleType], (sample) => labelOf(sample, "__value__"))],
  ["sortByLabel", functionOf(["string", resultType], sortByLabel)],
  ["args", functionOf(["...interface {}"], argsOf)],
];

const numberFunctions: Named = [
  ["humanize", functionOf([anything], humanize)],
  ["humanize1024", functionOf([anything], humanize1024)],
  ["humanizeDuration", functionOf([anything], humanizeDuration)],
  ["humanizePercentage", functionOf([anything], humanizePercentage)],
  ["humanizeTimestamp", functionOf([anything], humanizeTimestamp)],
  [
    "toTime",
    functionOf([anything], (value) => goTime(unixNanoseconds(numberOf(value)), "*time.Time")),
  ],
  ["toDuration", functionOf([anything], (value) => toDuration(numberOf(value)))],
  ["parseDuration", functionOf(["string"], (text) => secondsOf(stringOf(text)))],
];

const textFunctions: Named = [
  [
    "reReplaceAll",
    functionOf(["string", "string", "string"], (pattern, replacement, text) =>
      mustCompile(stringOf(pattern)).replaceAll(stringOf(text), stringOf(replacement)),
    ),
  ],
  [
    "match",
    functionOf(["string", "string"], (pattern, text) =>
      compiled(stringOf(pattern), (problem) => problem).test(stringOf(text)),
    ),
  ],
  ["safeHtml", functionOf(["string"], (text) => text)],
  ["title", functionOf(["string"], (text) => capitalizeWords(stringOf(text)))],
  ["toUpper", functionOf(["string"], (text) => stringOf(text).toUpperCase())],
  ["toLower", functionOf(["string"], (text) => stringOf(text).toLowerCase())],
  ["graphLink", functionOf(["string"], (query) => expressionLink(stringOf(query), 0))],
  ["tableLink", functionOf(["string"], (query) => expressionLink(stringOf(query), 1))],
  ["stripPort", functionOf(["string"], (address) => stripPort(stringOf(address)))],
  ["stripDomain", functionOf(["string"], (address) => stripDomain(stringOf(address)))],
  ["urlQueryEscape", functionOf(["string"], (text) => escapeUrlQuery(stringOf(text)))],
];

const noContext: TemplateContext = { evaluatedAtMs: 0, externalUrl: "", query: () => [] };

/** All names that templates may call, for those who parse them. */
export const templateFunctionNames: readonly string[] = [...templateFunctions(noContext).keys()];

/** The page that shows an expression, as a graph (0) or as a table (1). */
export function expressionLink(query: string, tab: 0 | 1): string {
  return `/graph?g0.expr=${escapeUrlQuery(query)}&g0.tab=${tab}`;
}

function firstOf(result: GoValue): GoValue {
  const [first] = isKind(result, "list") ? result.items : [];
  if (first === undefined) throw new CallRefusal("first() called on vector with no elements");
  return first;
}

function fieldOf(sample: GoValue, name: string): GoValue {
  if (!isKind(sample, "struct")) {
    throw new CallRefusal("runtime error: invalid memory address or nil pointer dereference");
  }
  return sample.fields.get(name);
}

function labelOf(sample: GoValue, name: string): GoValue {
  const labels = fieldOf(sample, "Labels");
  return isKind(labels, "map") ? (labels.entries.get(name) ?? "") : "";
}

function sortByLabel(name: GoValue, result: GoValue): GoValue {
  if (!isKind(result, "list")) return result;
  const key = (sample: GoValue) => stringOf(labelOf(sample, stringOf(name)));
  return { ...result, items: [...result.items].sort((a, b) => compareText(key(a), key(b))) };
}

function argsOf(...args: readonly GoValue[]): GoValue {
  return mapOf(new Map(args.map((arg, index) => [`arg${index}`, arg])));
}

function toDuration(seconds: number): GoValue {
  const nanoseconds = seconds * 1e9;
  if (!(Math.abs(nanoseconds) <= 2 ** 63)) throw new CallRefusal("value is NaN or Inf");
  return goDuration(BigInt(Math.trunc(nanoseconds)), "*time.Duration");
}

function secondsOf(text: string): number {
  try {
    return parseSignedDuration(text) / 1000;
  } catch (error) {
    // In a template a duration that is none is the function's refusal.
    if (!(error instanceof DurationError)) throw error;
    throw new CallRefusal(error.message);
  }
}

function mustCompile(pattern: string): Regex {
  return compiled(pattern, (problem) => `regexp: Compile(\`${pattern}\`): ${problem}`);
}

function compiled(pattern: string, describe: (problem: string) => string): Regex {
  try {
    return compileRegex(pattern, "unanchored");
  } catch (error) {
    // In a template an expression that is none is the function's refusal.
    if (!(error instanceof RegexError)) throw error;
    throw new CallRefusal(describe(error.message));
  }
}

function stripPort(address: string): string {
  return splitHostPort(address)?.host ?? address;
}

function stripDomain(address: string): string {
  const { host, port } = splitHostPort(address) ?? { host: address, port: "" };
  if (isIpAddress(host)) return address;
  const [name = ""] = host.split(".");
  return port === "" ? name : joinHostPort(name, port);
}

function pathOf(url: string): string {
  return /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/?#]*([^?#]*)/.exec(url)?.[1] ?? "";
}
