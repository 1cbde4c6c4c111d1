/** Triggers of a ScaledObject, read into what can be asked. Pure; words and rules are KEDA's (2.18). */

import {
  formatQuantity,
  milliQuantityOf,
  parseQuantity,
  parseSchedule,
  type Schedule,
  ValueError,
} from "#api";
import type { MetricSpec, MetricTarget } from "#api/autoscaling/v2";
import type { ScaleTriggers } from "#api/keda/v1alpha1";
import { quoteGo, type TimeZones } from "#base";

export type Trigger = PrometheusTrigger | CronTrigger | ResourceTrigger;

/** A trigger whose figure the autoscaler asks for by name. */
export type ExternalTrigger = PrometheusTrigger | CronTrigger;

export interface PrometheusTrigger {
  readonly kind: "prometheus";
  /** Name of the metric: `s0-prometheus`. */
  readonly metric: string;
  readonly target: MetricTarget;
  readonly query: string;
  /** Active above it. */
  readonly activationThreshold: number;
  /** Whether no result counts as 0. */
  readonly ignoresNull: boolean;
  /** Where the query was meant to be asked; empty when nothing was said. */
  readonly serverAddress: string;
}

export interface CronTrigger {
  readonly kind: "cron";
  readonly metric: string;
  readonly target: MetricTarget;
  readonly start: Schedule;
  readonly end: Schedule;
  readonly desiredReplicas: number;
}

/** Processor time or memory, which the autoscaler knows by itself. */
interface ResourceTrigger {
  readonly kind: "resource";
  readonly resource: "cpu" | "memory";
  readonly spec: MetricSpec;
}

/** What is wrong with a trigger. */
export class TriggerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TriggerError";
  }
}

/** Throws a `TriggerError` for the first trigger that cannot work. */
export function parseTriggers(
  triggers: readonly ScaleTriggers[],
  zones: TimeZones,
): readonly Trigger[] {
  checkTriggers(triggers);
  return triggers.map((trigger, index) => triggerOf(trigger, index, zones));
}

/** What holds between triggers. */
function checkTriggers(triggers: readonly ScaleTriggers[]): void {
  const names = new Set<string>();
  for (const { type, name = "", useCachedMetrics = false } of triggers) {
    if (useCachedMetrics) {
      throw new TriggerError(
        `property "useCachedMetrics" is not supported for ${quoteGo(type)} scaler`,
      );
    }
    if (name !== "" && names.has(name)) {
      throw new TriggerError(
        `triggerName ${quoteGo(name)} is defined multiple times in the ScaledObject/ScaledJob, but it must be unique`,
      );
    }
    names.add(name);
  }
}

function triggerOf(trigger: ScaleTriggers, index: number, zones: TimeZones): Trigger {
  const { type, authenticationRef } = trigger;
  if (authenticationRef !== undefined) {
    throw new TriggerError(
      `trigger ${index}: authenticationRef is not supported: the cluster's own monitoring engine is asked, which needs no credentials`,
    );
  }
  switch (type) {
    case "prometheus":
      return prometheusTrigger(trigger, index);
    case "cron":
      return cronTrigger(trigger, index, zones);
    case "cpu":
    case "memory":
      return resourceTrigger(trigger, type);
    default:
      throw new TriggerError(`no scaler found for type: ${type}`);
  }
}

function prometheusTrigger(trigger: ScaleTriggers, index: number): PrometheusTrigger {
  const metadata = new Parameters(trigger, "prometheus");
  const threshold = metadata.number("threshold");
  return {
    kind: "prometheus",
    metric: `s${index}-prometheus`,
    target: targetOf(trigger, amountOf(threshold)),
    query: metadata.text("query"),
    activationThreshold: metadata.number("activationThreshold", 0),
    ignoresNull: metadata.flag("ignoreNullValues", true),
    serverAddress: trigger.metadata["serverAddress"] ?? "",
  };
}

function cronTrigger(trigger: ScaleTriggers, index: number, zones: TimeZones): CronTrigger {
  const metadata = new Parameters(trigger, "cron");
  const zoneName = metadata.text("timezone");
  const [startText, endText] = [metadata.text("start"), metadata.text("end")];
  const zone = zones.find(zoneName);
  if (zone === undefined) {
    throw metadata.problem(`unable to load timezone: unknown time zone ${zoneName}`);
  }
  const scheduleOf = (what: string, text: string) => {
    try {
      if (text.startsWith("@")) throw new ValueError(`parser does not accept descriptors: ${text}`);
      return parseSchedule(text, zone);
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      throw metadata.problem(`error parsing ${what} schedule: ${error.message}`);
    }
  };
  const [start, end] = [scheduleOf("start", startText), scheduleOf("end", endText)];
  if (startText === endText) {
    throw metadata.problem("start and end can not have exactly same time input");
  }
  const desiredReplicas = metadata.number("desiredReplicas");
  if (desiredReplicas === 0) throw metadata.problem("no desiredReplicas specified");
  const name = `cron-${zoneName}-${cronWord(startText)}-${cronWord(endText)}`;
  const metric = `s${index}-${name.replace(/[/.:%()]/g, "-")}`;
  return { kind: "cron", metric, target: targetOf(trigger, "1"), start, end, desiredReplicas };
}

const cronLetters: Readonly<Record<string, string>> = {
  " ": "",
  "*": "x",
  "/": "Sl",
  "?": "Qm",
  ",": "Cm",
};

/** A schedule as part of a metric's name. */
function cronWord(text: string): string {
  return text.replace(/[ */?,]/g, (character) => cronLetters[character] ?? "");
}

function resourceTrigger(trigger: ScaleTriggers, resource: "cpu" | "memory"): ResourceTrigger {
  const metadata = new Parameters(trigger, resource);
  const target = resourceTarget(trigger.metricType ?? "", metadata);
  const container = trigger.metadata["containerName"] ?? "";
  const spec: MetricSpec =
    container === ""
      ? { type: "Resource", resource: { name: resource, target } }
      : { type: "ContainerResource", containerResource: { name: resource, container, target } };
  return { kind: "resource", resource, spec };
}

function resourceTarget(type: string, metadata: Parameters): MetricTarget {
  const value = metadata.text("value");
  switch (type) {
    case "Utilization":
      if (!/^[+-]?\d{1,9}$/.test(value)) {
        throw metadata.problem(`strconv.ParseInt: parsing ${quoteGo(value)}: invalid syntax`);
      }
      return { type, averageUtilization: Number(value) };
    case "AverageValue":
      return { type, averageValue: metadata.quantity("value") };
    default:
      throw metadata.problem(
        `unknown metric type: ${type}, allowed values are 'Utilization' or 'AverageValue'`,
      );
  }
}

function targetOf(
  { type, metricType = "AverageValue" }: ScaleTriggers,
  amount: string,
): MetricTarget {
  switch (metricType) {
    case "AverageValue":
      return { type: metricType, averageValue: amount };
    case "Value":
      return { type: metricType, value: amount };
    default:
      throw new TriggerError(
        `error getting scaler metric type: 'Utilization' metric type is unsupported for external metrics, allowed values are 'Value' or 'AverageValue' (${type})`,
      );
  }
}

/** A figure as a quantity in thousandths; what is negative or no number counts as 0. */
export function amountOf(value: number): string {
  const isUsable = Number.isFinite(value) && value > 0;
  const millis = isUsable ? BigInt(Math.round(value * 1_000)) : 0n;
  return formatQuantity(milliQuantityOf(millis, "DecimalSI"));
}

/** The parameters of one trigger, by name and type. */
class Parameters {
  readonly #metadata: ScaleTriggers["metadata"];
  readonly #what: string;

  constructor({ metadata }: ScaleTriggers, what: string) {
    this.#metadata = metadata;
    this.#what = what;
  }

  problem(why: string): TriggerError {
    return new TriggerError(`error parsing ${this.#what} metadata: ${why}`);
  }

  text(name: string): string {
    const value = this.#find(name);
    if (value !== undefined) return value;
    throw this.problem(`missing required parameter ${quoteGo(name)} in [triggerMetadata]`);
  }

  number(name: string, absent?: number): number {
    const text = absent === undefined ? this.text(name) : (this.#find(name) ?? String(absent));
    const value = Number(text.trim());
    if (text.trim() !== "" && Number.isFinite(value)) return value;
    throw this.problem(`unable to set param ${quoteGo(name)} value ${quoteGo(text)}: not a number`);
  }

  flag(name: string, absent: boolean): boolean {
    const text = this.#find(name) ?? String(absent);
    if (text === "true" || text === "false") return text === "true";
    throw this.problem(`unable to set param ${quoteGo(name)} value ${quoteGo(text)}: not a bool`);
  }

  quantity(name: string): string {
    const text = this.text(name);
    try {
      return formatQuantity(parseQuantity(text));
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      throw this.problem(error.message);
    }
  }

  /** Undefined where nothing or an empty text was given. */
  #find(name: string): string | undefined {
    const value = Object.hasOwn(this.#metadata, name) ? this.#metadata[name] : undefined;
    return value === "" ? undefined : value;
  }
}
