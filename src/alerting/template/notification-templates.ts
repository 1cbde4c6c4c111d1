/** The templates of a configuration: upstream's defaults, and above them what its files define. */
import type { TimeZones } from "#base";
import { type GoFunction, type GoStruct, TemplateError, TemplateSet } from "#gotemplate";
import type { Labels } from "#series";
import { labelPairs } from "#series";
import { defaultTemplates } from "./default-templates.ts";
import { HtmlEscaping } from "./html-escaping.ts";
import {
  htmlFunctions,
  notificationFunctionNames,
  notificationFunctions,
} from "./notification-functions.ts";

export interface TemplateFile {
  /** The file's own name, by which it can be called. */
  readonly name: string;
  readonly text: string;
}

/** Texts kept parsed. Those of a configuration are few; secrets of files make others. */
const textsMax = 2_000;

export class NotificationTemplates {
  readonly #zones: TimeZones;
  readonly #set: TemplateSet;
  readonly #texts = new Map<string, TemplateSet>();

  /** Throws a `TemplateError` that names the file. */
  constructor(zones: TimeZones, files: readonly TemplateFile[] = []) {
    this.#zones = zones;
    this.#set = new TemplateSet(notificationFunctionNames);
    this.#set.add("", defaultTemplates);
    for (const { name, text } of files) this.#set.add(name, text);
  }

  /** What is to be rendered of one notification, at one moment. */
  open(subject: { readonly data: GoStruct; readonly routeLabels: Labels; readonly nowMs: number }) {
    return new TemplateRendering((text) => this.#parsed(text), { ...subject, zones: this.#zones });
  }

  #parsed(text: string): TemplateSet {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size >= textsMax) this.#texts.clear();
    const set = this.#set.with("", text);
    this.#texts.set(text, set);
    return set;
  }
}

/** Makes texts of templates that all see the same notification. Throws a `TemplateError`. */
export class TemplateRendering {
  readonly #parse: (text: string) => TemplateSet;
  readonly #data: GoStruct;
  readonly #functions: ReadonlyMap<string, GoFunction>;

  constructor(
    parse: (text: string) => TemplateSet,
    subject: {
      readonly data: GoStruct;
      readonly routeLabels: Labels;
      readonly nowMs: number;
      readonly zones: TimeZones;
    },
  ) {
    this.#parse = parse;
    this.#data = subject.data;
    this.#functions = notificationFunctions({
      nowMs: subject.nowMs,
      zones: subject.zones,
      routeLabels: new Map(labelPairs(subject.routeLabels)),
    });
  }

  text(template: string): string {
    if (template === "") return "";
    const options = { missingKey: "zero", functions: this.#functions } as const;
    return this.#parse(template).execute("", this.#data, options);
  }

  html(template: string): string {
    if (template === "") return "";
    const functions = htmlFunctions(this.#functions);
    const options = { missingKey: "zero", functions, escaping: new HtmlEscaping() } as const;
    return this.#parse(template).execute("", this.#data, options);
  }
}

/** What is wrong with a text as a template, or undefined. */
export function templateTextProblem(text: string): string | undefined {
  try {
    new TemplateSet(notificationFunctionNames).add("", text);
    return undefined;
  } catch (error) {
    // What the parser refuses is the answer.
    if (!(error instanceof TemplateError)) throw error;
    return error.message;
  }
}
