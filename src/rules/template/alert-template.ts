/**
 * The labels and annotations of alerts are templates. Parsed once per rule; what they call may ask for
 * the result of a query, which takes time, while execution does not wait: it stops, the query is run,
 * and execution starts again. Alerts of one evaluation share the results.
 */
import { describeError } from "#base";
import {
  boxed,
  CallRefusal,
  type GoFunction,
  type GoStruct,
  type GoValue,
  mapOf,
  TemplateError,
  TemplateSet,
} from "#gotemplate";
import { labelPairs, type Labels } from "#series";
import {
  labelMap,
  templateFunctionNames,
  templateFunctions,
  type TemplateSample,
  valueOf,
} from "./template-functions.ts";

/** Makes `$labels` and its like known; upstream puts the same before each template. */
const definitions =
  "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}";

const dataType =
  "struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }";

/** What is wrong with a template of the alert, or undefined. */
export function templateProblem(alertName: string, text: string): string | undefined {
  try {
    parse(alertName, text);
    return undefined;
  } catch (error) {
    // What the parser refuses is the answer.
    if (!(error instanceof TemplateError)) throw error;
    return error.message;
  }
}

/** Queries that the templates of one evaluation may ask; each starts an execution again. */
const queriesMax = 1_000;

/** How many texts were expanded, and how many of them could not be. */
export interface TemplateCounts {
  expansions: number;
  failures: number;
}

/** What all alerts of one evaluation of a rule have in common. */
export class TemplateEvaluation {
  readonly counts: TemplateCounts;
  readonly externalLabels: GoValue;
  readonly externalUrl: string;
  readonly functions: ReadonlyMap<string, GoFunction>;
  readonly #evaluate: (query: string) => Promise<readonly TemplateSample[]>;
  readonly #results = new Map<string, readonly TemplateSample[] | CallRefusal>();
  /** All templates of an alert see the same data. */
  #last: { readonly subject: TemplateSubject; readonly data: GoStruct } | undefined;

  constructor(options: {
    readonly evaluatedAtMs: number;
    readonly externalLabels: Labels;
    readonly externalUrl: string;
    /** Rejects with what is wrong with the query. */
    readonly evaluate: (query: string) => Promise<readonly TemplateSample[]>;
    readonly counts: TemplateCounts;
  }) {
    this.counts = options.counts;
    const { evaluatedAtMs, externalUrl } = options;
    this.externalLabels = mapOf(new Map(labelPairs(options.externalLabels)), "string");
    this.externalUrl = externalUrl;
    this.#evaluate = options.evaluate;
    this.functions = templateFunctions({
      evaluatedAtMs,
      externalUrl,
      query: (text) => this.#resultOf(text),
    });
  }

  /** What templates know of an alert. */
  dataOf(subject: TemplateSubject): GoStruct {
    if (this.#last?.subject === subject) return this.#last.data;
    const data = dataOf(subject, this);
    this.#last = { subject, data };
    return data;
  }

  /** Runs the query that an execution has stopped for. */
  async answer(pending: PendingQuery): Promise<void> {
    try {
      this.#results.set(pending.query, await this.#evaluate(pending.query));
    } catch (error) {
      // The template that asked for it fails with it; the rule goes on.
      this.#results.set(pending.query, new CallRefusal(describeError(error)));
    }
  }

  #resultOf(query: string): readonly TemplateSample[] {
    const result = this.#results.get(query);
    if (result === undefined) {
      if (this.#results.size >= queriesMax) throw new CallRefusal("too many different queries");
      throw new PendingQuery(query);
    }
    if (result instanceof CallRefusal) throw result;
    return result;
  }
}

/** Ends an execution that needs the result of a query. */
export class PendingQuery extends Error {
  readonly query: string;

  constructor(query: string) {
    super(`waiting for ${query}`);
    this.name = "PendingQuery";
    this.query = query;
  }
}

/** What a template is expanded for. */
export interface TemplateSubject extends Pick<TemplateSample, "value" | "histogram"> {
  readonly labels: Labels;
}

/** One label or annotation of an alert, parsed. */
export class AlertTemplate {
  readonly #name: string;
  readonly #text: string;
  /** Undefined when there is nothing to expand. */
  readonly #templates: TemplateSet | undefined;

  /** Throws a `TemplateError` for a text that is no template. */
  constructor(alertName: string, text: string) {
    this.#name = templateName(alertName);
    this.#text = text;
    this.#templates = text.includes("{{") ? parse(alertName, text) : undefined;
  }

  /** The text for one alert. What cannot be expanded says so in its place. */
  async expand(subject: TemplateSubject, evaluation: TemplateEvaluation): Promise<string> {
    evaluation.counts.expansions++;
    if (this.#templates === undefined) return this.#text;
    while (true) {
      try {
        const { functions } = evaluation;
        const options = { missingKey: "zero", functions } as const;
        return this.#templates.execute(this.#name, evaluation.dataOf(subject), options);
      } catch (error) {
        // An alert with an error in its text is worth more than none.
        if (error instanceof TemplateError) {
          evaluation.counts.failures++;
          return `<error expanding template: error executing template ${this.#name}: ${error.message}>`;
        }
        if (!(error instanceof PendingQuery)) throw error;
        await evaluation.answer(error);
      }
    }
  }
}

function templateName(alertName: string): string {
  return `__alert_${alertName}`;
}

function parse(alertName: string, text: string): TemplateSet {
  const templates = new TemplateSet(templateFunctionNames);
  templates.add(templateName(alertName), definitions + text);
  return templates;
}

function dataOf(subject: TemplateSubject, evaluation: TemplateEvaluation): GoStruct {
  return {
    kind: "struct",
    typeName: dataType,
    fields: new Map<string, GoValue>([
      ["Labels", labelMap(subject.labels)],
      ["ExternalLabels", evaluation.externalLabels],
      ["ExternalURL", evaluation.externalUrl],
      ["Value", boxed(valueOf(subject))],
    ]),
    methods: new Map(),
    text: undefined,
  };
}
