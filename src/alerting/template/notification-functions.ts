/** What the templates of notifications can call: the functions of Alertmanager 0.34. */
import type { TimeZones } from "#base";
import {
  CallRefusal,
  capitalizeWords,
  escapeHtml,
  escapeUrlQuery,
  functionOf,
  type GoFunction,
  type GoStruct,
  type GoValue,
  goDuration,
  goTime,
  humanizeDuration,
  isKind,
  listOf,
  mapOf,
  nanosecondsOf,
  parseGoTime,
  stringOf,
} from "#gotemplate";
import { compileRegex, type Regex, RegexError } from "#series";
import { htmlType, urlType } from "./html-escaping.ts";
import { toJson } from "./to-json.ts";

export interface FunctionContext {
  readonly nowMs: number;
  readonly zones: TimeZones;
  /** Rendered already. */
  readonly routeLabels: ReadonlyMap<string, string>;
}

type Named = readonly (readonly [name: string, GoFunction])[];

export function notificationFunctions(context: FunctionContext): ReadonlyMap<string, GoFunction> {
  return new Map([...textFunctions, ...listFunctions, ...timeFunctions(context)]);
}

/** The same for HTML, where what is escaped already says so. */
export function htmlFunctions(functions: ReadonlyMap<string, GoFunction>) {
  return new Map([
    ...functions,
    ["html", functionOf(["string"], (text) => marked(htmlType, escapeHtml(stringOf(text))))],
    ["urlquery", functionOf(["string"], (text) => marked(urlType, escapeUrlQuery(stringOf(text))))],
  ] as const);
}

const textFunctions: Named = [
  ["toUpper", functionOf(["string"], (text) => stringOf(text).toUpperCase())],
  ["toLower", functionOf(["string"], (text) => stringOf(text).toLowerCase())],
  ["title", functionOf(["string"], (text) => capitalizeWords(stringOf(text).toLowerCase()))],
  ["trimSpace", functionOf(["string"], (text) => stringOf(text).trim())],
  ["join", functionOf(["string", "[]string"], joined)],
  ["match", functionOf(["string", "string"], matches)],
  ["reReplaceAll", functionOf(["string", "string", "string"], replaced)],
  ["safeHtml", functionOf(["string"], (text) => marked(htmlType, stringOf(text)))],
  ["safeUrl", functionOf(["string"], (text) => marked(urlType, stringOf(text)))],
  ["urlUnescape", functionOf(["string"], (text) => unescaped(stringOf(text)))],
  ["base64encode", functionOf(["string"], (text) => base64Of(stringOf(text)))],
  ["base64decode", functionOf(["string"], (text) => textOfBase64(stringOf(text)))],
  ["toJson", functionOf(["interface {}"], toJson)],
];

const listFunctions: Named = [
  ["stringSlice", functionOf(["...string"], (...texts) => listOf(texts, "string"))],
  ["list", functionOf(["...interface {}"], (...items) => listOf(items))],
  [
    "append",
    functionOf(["[]interface {}", "...interface {}"], (items, ...more) =>
      listOf([...(isKind(items, "list") ? items.items : []), ...more]),
    ),
  ],
  ["dict", functionOf(["...interface {}"], dict)],
];

function timeFunctions({ nowMs, zones, routeLabels }: FunctionContext): Named {
  const now = BigInt(nowMs) * 1_000_000n;
  return [
    ["now", functionOf([], () => goTime(now))],
    ["since", functionOf(["time.Time"], (time) => goDuration(now - nanosecondsOf(time)))],
    ["date", functionOf(["string", "time.Time"], formatted)],
    [
      "tz",
      functionOf(["string", "time.Time"], (name, time) => {
        const zone = zones.find(stringOf(name));
        if (zone === undefined) throw new CallRefusal(`unknown time zone ${stringOf(name)}`);
        return goTime(nanosecondsOf(time), "time.Time", zone);
      }),
    ],
    ["humanizeDuration", functionOf(["interface {}"], humanizeDuration)],
    [
      "toDate",
      functionOf(["string", "string"], (layout, text) =>
        goTime(parseGoTime(stringOf(layout), stringOf(text)) ?? zeroTime),
      ),
    ],
    ["mustToDate", functionOf(["string", "string"], mustToDate)],
    ["routeLabels", functionOf(["string"], (name) => routeLabels.get(stringOf(name)) ?? "")],
  ];
}

/** All names that templates may call, for those who parse them. */
export const notificationFunctionNames: readonly string[] = [
  ...textFunctions,
  ...listFunctions,
  ...timeFunctions({
    nowMs: 0,
    zones: { find: () => undefined, local: { offsetMsAt: () => 0 } },
    routeLabels: new Map(),
  }),
].map(([name]) => name);

/** Year 1 of Go. */
const zeroTime = -62_135_596_800_000_000_000n;

/** A text of a type that says what it may be put into. */
function marked(typeName: string, text: string): GoStruct {
  return { kind: "struct", typeName, fields: new Map(), methods: new Map(), text };
}

function joined(separator: GoValue, texts: GoValue): string {
  const items = isKind(texts, "list") ? texts.items : [];
  return items.map(stringOf).join(stringOf(separator));
}

function matches(pattern: GoValue, text: GoValue): boolean {
  return compiled(stringOf(pattern), (problem) => problem).test(stringOf(text));
}

function replaced(pattern: GoValue, replacement: GoValue, text: GoValue): string {
  const source = stringOf(pattern);
  const regex = compiled(source, (problem) => `regexp: Compile(\`${source}\`): ${problem}`);
  return regex.replaceAll(stringOf(text), stringOf(replacement));
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

function formatted(layout: GoValue, time: GoValue): GoValue {
  return isKind(time, "struct") ? (time.methods.get("Format")?.call([layout]) ?? "") : "";
}

function mustToDate(layout: GoValue, text: GoValue): GoValue {
  const found = parseGoTime(stringOf(layout), stringOf(text));
  if (found !== undefined) return goTime(found);
  throw new CallRefusal(
    `parsing time "${stringOf(text)}" as "${stringOf(layout)}": cannot parse "${stringOf(text)}" as "${stringOf(layout)}"`,
  );
}

function dict(...values: readonly GoValue[]): GoValue {
  if (values.length % 2 !== 0) throw new CallRefusal("dict requires an even number of arguments");
  const entries = new Map<string, GoValue>();
  for (let index = 0; index < values.length; index += 2) {
    const key = values[index];
    if (typeof key !== "string") throw new CallRefusal("dict keys must be strings");
    entries.set(key, values[index + 1]);
  }
  return mapOf(entries);
}

function unescaped(text: string): string {
  const broken = /%(?![0-9a-fA-F]{2}).{0,2}/u.exec(text);
  if (broken !== null) throw new CallRefusal(`invalid URL escape "${broken[0]}"`);
  const bytes: number[] = [];
  for (const part of text.replaceAll("+", " ").match(/%..|[^%]+/gsu) ?? []) {
    if (part.startsWith("%")) bytes.push(Number.parseInt(part.slice(1), 16));
    else bytes.push(...new TextEncoder().encode(part));
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

function base64Of(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte));
  return btoa(bytes.join("")).replaceAll("+", "-").replaceAll("/", "_");
}

function textOfBase64(text: string): string {
  const wrong = /[^A-Za-z0-9_=-]/.exec(text);
  if (wrong !== null || text.length % 4 !== 0) {
    throw new CallRefusal(`illegal base64 data at input byte ${wrong?.index ?? text.length}`);
  }
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return new TextDecoder().decode(Uint8Array.from(binary, (one) => one.charCodeAt(0)));
}
