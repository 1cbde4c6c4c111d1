/**
 * Sizes workloads by what is measured: the HorizontalPodAutoscaler.
 *
 * Every autoscaler is looked at at once when it is new or changed, and every 15 s from then on. One that
 * is annotated with `autoscaling.wherry/react: samples` is also glanced at whenever figures of its
 * namespace are new, and every 2 s where its metrics are answers to queries; a glance only ever adds pods, and otherwise leaves no trace.
 */

import { type CompiledLabelSelector, type Live, type ObjectKey, StatusError } from "#api";
import {
  type HorizontalPodAutoscaler,
  horizontalPodAutoscaler as autoscalerKind,
} from "#api/autoscaling/v2";
import { type Pod, pod as podKind } from "#api/core/v1";
import {
  type Client,
  formatKey,
  type Informer,
  keyOfObject,
  type Outcome,
  revisitAfter,
  settled,
} from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "../controller.ts";
import { canonicalText } from "../pod-template.ts";
import type { AutoscalerAccess, ResizableScale } from "./access.ts";
import {
  boundsOf,
  decideAfterFailure,
  decideByMetrics,
  decideDisabled,
  decideOutside,
  decideUnseen,
  decideWithoutPods,
  toleranceOf,
} from "./decide.ts";
import type { Trigger } from "./decision.ts";
import type { Decision, Look } from "./decision-draft.ts";
import type { DecisionLog } from "./decision-log.ts";
import { evaluateMetric } from "./evaluate.ts";
import { type History, historySince } from "./history.ts";
import { measure } from "./measure.ts";
import type { MetricChanges } from "./metrics-source.ts";
import type { AutoscalerOptions } from "./options.ts";
import { selectPods } from "./selected-pods.ts";

export interface AutoscalerDeps {
  /** Tells of new figures. */
  readonly changes: MetricChanges;
  readonly decisions: Pick<DecisionLog, "add" | "forget">;
  readonly options: AutoscalerOptions;
  /** How figures, scales and statuses are read and written with the controller's client. */
  readonly access: (client: Client) => AutoscalerAccess;
}

const reactAnnotation = "autoscaling.wherry/react";
/** Figures of many nodes come one after the other: so long a glance waits for more of them. */
const glancePeriodMs = 1_000;
/** From one glance to the next at metrics that have to be asked for. */
const askPeriodMs = 2_000;

/** What is remembered of one autoscaler between looks. */
interface Memory {
  readonly history: History;
  /** When the next regular look is due. */
  readonly dueMs: number;
  /** The text of the spec that was last looked at. */
  readonly spec: string;
  readonly selector: CompiledLabelSelector | undefined;
}

interface Parts extends Omit<AutoscalerDeps, "access"> {
  readonly access: AutoscalerAccess;
  readonly autoscalers: Informer<HorizontalPodAutoscaler>;
  readonly pods: Informer<Pod>;
  readonly memories: Map<string, Memory>;
  /** When each autoscaler was last glanced at. */
  readonly glances: Map<string, number>;
  readonly specs: WeakMap<object, string>;
}

export function horizontalPodAutoscalerController(
  deps: ControllerDeps,
  own: AutoscalerDeps,
): Controller {
  const autoscalers = deps.informers.of(autoscalerKind);
  const pods = deps.informers.of(podKind);
  const access = own.access(deps.client);
  const memory = { memories: new Map(), glances: new Map(), specs: new WeakMap() };
  const parts: Parts = { ...own, access, autoscalers, pods, ...memory };
  return keyedController(deps, {
    name: "horizontal-pod-autoscaler",
    queue: "horizontalpodautoscaler",
    feed: (add) => [
      autoscalers.onChange(({ before, after }) => {
        if (after === undefined) {
          if (before !== undefined) forget(parts, keyOfObject(before));
        } else if (
          specText(parts, after) !== parts.memories.get(formatKey(keyOfObject(after)))?.spec
        ) {
          add(keyOfObject(after));
        }
      }),
      own.changes.onChange((namespace) => {
        for (const one of autoscalers.cache.list(namespace)) {
          if (reactsToSamples(one)) add(keyOfObject(one));
        }
      }),
    ],
    reconcile: (context, key, signal) => reconcileAutoscaler(context, parts, key, signal),
  });
}

function reactsToSamples({ metadata }: Live<HorizontalPodAutoscaler>): boolean {
  return metadata.annotations?.[reactAnnotation] === "samples";
}

function forget({ memories, glances, decisions }: Parts, key: ObjectKey): void {
  memories.delete(formatKey(key));
  glances.delete(formatKey(key));
  decisions.forget(key);
}

/** Milliseconds until the autoscaler may be glanced at: 0 is now, and counts as a glance. */
function untilGlanceMs(
  { glances }: Parts,
  autoscaler: Live<HorizontalPodAutoscaler>,
  nowMs: number,
): number {
  if (!reactsToSamples(autoscaler)) return Number.POSITIVE_INFINITY;
  const key = formatKey(keyOfObject(autoscaler));
  const nextMs = (glances.get(key) ?? Number.NEGATIVE_INFINITY) + glancePeriodMs;
  if (nextMs <= nowMs) glances.set(key, nowMs);
  return Math.max(0, nextMs - nowMs);
}

/** Worked out once for each revision of the autoscaler. */
function specText({ specs }: Parts, autoscaler: Live<HorizontalPodAutoscaler>): string {
  const known = specs.get(autoscaler);
  if (known !== undefined) return known;
  const text = canonicalText(autoscaler.spec);
  specs.set(autoscaler, text);
  return text;
}

async function reconcileAutoscaler(
  context: ReconcileContext,
  parts: Parts,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const autoscaler = parts.autoscalers.cache.find(key);
  if (autoscaler === undefined) return settled;
  const { memories, options } = parts;
  const memory = memories.get(formatKey(key));
  const nowMs = context.clock.nowMs();
  const spec = specText(parts, autoscaler);
  const isDue = memory === undefined || memory.spec !== spec || nowMs >= memory.dueMs;
  const trigger: Trigger = isDue ? "sync" : "sample";
  const dueMs = isDue ? nowMs + options.syncPeriodMs : memory.dueMs;
  const waitMs = isDue ? 0 : untilGlanceMs(parts, autoscaler, nowMs);
  if (waitMs > 0) return revisitAfter(Math.min(waitMs, dueMs - nowMs));
  const found = await lookAt(parts, { autoscaler, trigger, nowMs, memory }, signal);
  if (found.kind === "unseen") {
    if (isDue) {
      const unseen = decideUnseen(autoscaler, found.error, nowMs);
      memories.set(formatKey(key), { ...emptyMemory, ...memory, dueMs, spec });
      await tell(context, parts.access, { autoscaler, ...unseen }, signal);
    }
    return nextLook(autoscaler, dueMs - nowMs);
  }
  const { look, scale, selector } = found;
  const isGlance = trigger === "sample";
  if (isGlance && !addsPods(found.decision, look)) return nextLook(autoscaler, dueMs - nowMs);
  const decision = await carryOut(look, scale, found.decision, signal);
  const latest = { history: decision.history, spec, selector };
  // Until the status is written, the next look is due at once.
  memories.set(formatKey(key), { ...latest, dueMs: nowMs });
  parts.decisions.add(decision.record);
  await tell(context, parts.access, { autoscaler, ...decision }, signal);
  memories.set(formatKey(key), { ...latest, dueMs });
  return nextLook(autoscaler, dueMs - nowMs);
}

/** Nobody tells when the answers of queries are new: who reacts to them asks again and again. */
function nextLook(autoscaler: Live<HorizontalPodAutoscaler>, untilDueMs: number): Outcome {
  const asks = reactsToSamples(autoscaler) && goesByQueries(autoscaler);
  return revisitAfter(asks ? Math.min(untilDueMs, askPeriodMs) : untilDueMs);
}

function goesByQueries({ spec }: Live<HorizontalPodAutoscaler>): boolean {
  return (spec.metrics ?? []).some(({ type }) => !type.endsWith("Resource"));
}

const emptyMemory = {
  history: { recommendations: [], ups: [], downs: [] },
  selector: undefined,
} as const;

interface LookFacts {
  readonly autoscaler: Live<HorizontalPodAutoscaler>;
  readonly trigger: Trigger;
  readonly nowMs: number;
  readonly memory: Memory | undefined;
}

type Found =
  | { readonly kind: "unseen"; readonly error: string }
  | {
      readonly kind: "decided";
      readonly look: Look;
      readonly scale: ResizableScale;
      readonly selector: CompiledLabelSelector | undefined;
      readonly decision: Decision;
    };

async function lookAt(
  parts: Parts,
  { autoscaler, trigger, nowMs, memory }: LookFacts,
  signal: AbortSignal,
): Promise<Found> {
  const { namespace = "", name } = autoscaler.metadata;
  const scale = await findScale(parts.access, autoscaler, signal);
  if (typeof scale === "string") return { kind: "unseen", error: scale };
  const { options } = parts;
  const currentReplicas = scale.specReplicas;
  const known = memory === undefined || memory.history.recommendations.length === 0;
  const history = known ? historySince(currentReplicas, nowMs) : memory.history;
  const look: Look = { autoscaler, currentReplicas, history, trigger, nowMs, options };
  const decided = (decision: Decision, selector = memory?.selector): Found => {
    return { kind: "decided", look, scale, decision, selector };
  };
  const bounds = boundsOf(autoscaler, currentReplicas);
  if (bounds.kind === "disabled") return decided(decideDisabled(look));
  if (bounds.kind === "outside") return decided(decideOutside(look, bounds));

  const others = othersOf(parts, namespace, name);
  const pods = parts.pods.cache.list(namespace);
  const selected = selectPods({ namespace, name, text: scale.selector, pods, others });
  if (selected.kind === "unusable") {
    return decided(decideWithoutPods(look, selected), selected.selector);
  }
  const facts = {
    namespace,
    specReplicas: currentReplicas,
    statusReplicas: scale.statusReplicas,
    pods: selected.pods,
    tolerance: toleranceOf(autoscaler, options),
    nowMs,
    options,
  };
  const target = { namespace, pods: scale.selector };
  const outcomes = await Promise.all(
    (autoscaler.spec.metrics ?? []).map(async (metric) =>
      evaluateMetric(metric, await measure(parts.access.metrics, metric, target, signal), facts),
    ),
  );
  return decided(decideByMetrics(look, outcomes), selected.selector);
}

/** The target's Scale, or why there is none. */
async function findScale(
  access: AutoscalerAccess,
  { metadata, spec }: Live<HorizontalPodAutoscaler>,
  signal: AbortSignal,
): Promise<ResizableScale | string> {
  try {
    return await access.readScale(metadata.namespace ?? "", spec.scaleTargetRef, signal);
  } catch (error) {
    // The autoscaler's owner is told; the target may come at any time.
    if (signal.aborted) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

function othersOf(
  { autoscalers, memories }: Parts,
  namespace: string,
  name: string,
): ReadonlyMap<string, CompiledLabelSelector> {
  const others = new Map<string, CompiledLabelSelector>();
  for (const { metadata } of autoscalers.cache.list(namespace)) {
    const selector = memories.get(formatKey({ namespace, name: metadata.name }))?.selector;
    if (metadata.name !== name && selector !== undefined) others.set(metadata.name, selector);
  }
  return others;
}

function addsPods({ rescale }: Decision, { currentReplicas }: Look): boolean {
  return rescale !== undefined && rescale.replicas > currentReplicas;
}

async function carryOut(
  look: Look,
  scale: ResizableScale,
  decision: Decision,
  signal: AbortSignal,
): Promise<Decision> {
  if (decision.rescale === undefined) return decision;
  try {
    await scale.resize(decision.rescale.replicas, signal);
    return decision;
  } catch (error) {
    // Refusals are told the autoscaler's owner; the next look tries again.
    if (!(error instanceof StatusError)) throw error;
    return decideAfterFailure(look, decision, error.message);
  }
}

async function tell(
  { recorder }: ReconcileContext,
  access: AutoscalerAccess,
  told: { readonly autoscaler: Live<HorizontalPodAutoscaler> } & Pick<
    Decision,
    "status" | "events"
  >,
  signal: AbortSignal,
): Promise<void> {
  const { autoscaler, status, events } = told;
  const { metadata } = autoscaler;
  const subject = { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata };
  for (const event of events) recorder.record(subject, event);
  await access.writeStatus(autoscaler, status, signal);
}
