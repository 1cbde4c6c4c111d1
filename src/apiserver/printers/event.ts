import { type Event as CoreEvent, event as coreEvent } from "#api/core/v1";
import { type Event, event } from "#api/events/v1";
import { ageOf, type Column, column, nameColumn, type Printer, printerOf, wide } from "./column.ts";

/** The columns of both kinds of events, which are two views of the same objects. */
function eventColumns<T extends { readonly metadata?: CoreEvent["metadata"] | undefined }>(
  factsOf: (object: T) => EventFacts,
): readonly Column<T>[] {
  const told = (name: string, description: string, cellOf: (facts: EventFacts) => string) =>
    column<T>(name, description, (object) => cellOf(factsOf(object)));
  return [
    column("Last Seen", "Time since it last happened.", (object, nowMs) =>
      lastSeen(factsOf(object), nowMs),
    ),
    told("Type", "Whether it is normal or a warning.", ({ type }) => type),
    told("Reason", "Short, unique reason.", ({ reason }) => reason),
    told("Object", "What it happened to.", ({ kind, name }) =>
      name === "" ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`,
    ),
    wide(told("Subobject", "Part of the object.", ({ fieldPath }) => fieldPath)),
    wide(told("Source", "Who reports it.", ({ source }) => source)),
    told("Message", "What happened.", ({ message }) => message.trim()),
    wide(
      column("First Seen", "Time since it first happened.", (object, nowMs) =>
        firstSeen(factsOf(object), nowMs),
      ),
    ),
    wide(column("Count", "How often it happened.", (object) => countOf(factsOf(object)))),
    wide(nameColumn),
  ];
}

export const coreEventPrinter: Printer = printerOf(
  coreEvent,
  eventColumns((object) => {
    const { involvedObject, source } = object;
    return {
      ...involvedFacts(involvedObject),
      type: object.type ?? "",
      reason: object.reason ?? "",
      message: object.message ?? "",
      source: sourceText(
        firstNonEmpty(source?.component, object.reportingComponent),
        firstNonEmpty(source?.host, object.reportingInstance),
      ),
      firstAt: object.firstTimestamp ?? object.eventTime,
      lastAt: object.lastTimestamp,
      count: object.count ?? 0,
      series: object.series,
    };
  }),
);

export const eventPrinter: Printer = printerOf(
  event,
  eventColumns((object: Event) => {
    const { regarding, deprecatedSource: source } = object;
    return {
      ...involvedFacts(regarding),
      type: object.type ?? "",
      reason: object.reason ?? "",
      message: object.note ?? "",
      source: sourceText(
        firstNonEmpty(source?.component, object.reportingController),
        firstNonEmpty(source?.host, object.reportingInstance),
      ),
      firstAt: object.deprecatedFirstTimestamp ?? object.eventTime,
      lastAt: object.deprecatedLastTimestamp,
      count: object.deprecatedCount ?? 0,
      series: object.series,
    };
  }),
);

interface EventFacts {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly kind: string;
  readonly name: string;
  readonly fieldPath: string;
  readonly source: string;
  readonly firstAt: string | undefined;
  readonly lastAt: string | undefined;
  readonly count: number;
  readonly series:
    | { readonly count?: number | undefined; readonly lastObservedTime?: string | undefined }
    | undefined;
}

function involvedFacts(reference: CoreEvent["involvedObject"] | undefined) {
  const { kind = "", name = "", fieldPath = "" } = reference ?? {};
  return { kind, name, fieldPath };
}

function firstSeen({ firstAt }: EventFacts, nowMs: number): string {
  return ageOf(firstAt, nowMs);
}

function lastSeen(facts: EventFacts, nowMs: number): string {
  if (facts.series !== undefined) return ageOf(facts.series.lastObservedTime, nowMs);
  return facts.lastAt === undefined ? firstSeen(facts, nowMs) : ageOf(facts.lastAt, nowMs);
}

function countOf({ series, count }: EventFacts): number {
  if (series !== undefined) return series.count ?? 0;
  return count === 0 ? 1 : count;
}

function sourceText(component: string, instance: string): string {
  return instance === "" ? component : `${component}, ${instance}`;
}

function firstNonEmpty(preferred: string | undefined, otherwise: string | undefined): string {
  return preferred === undefined || preferred === "" ? (otherwise ?? "") : preferred;
}
