/**
 * A what-if: an autoscaler, its workload and nodes under a load, on a clock that runs as fast as the machine
 * can. Before the load begins, everything runs with its first value for ten minutes, so that what is told of
 * the beginning is not that of the model.
 */

import type { JsonObject, Live } from "#api";
import { deployment, replicaSet, statefulSet } from "#api/apps/v1";
import { node, type Pod, pod, replicationController } from "#api/core/v1";
import { type PromisesSettled, seededRandom, SteppedClock } from "#base";
import type { InformerSet } from "#client";
import { type DecisionRecord, explainDecision } from "#controllers";
import type { NodeDecision } from "#nodegroups";
import { openSimulatedPlane, type SimulatedPlane } from "./control-plane.ts";
import { cpuMillisOf, isServing, modelFigures, requestsColumn } from "./figures.ts";
import { type LoadTrack, meanBetween } from "./load/load-track.ts";
import type { ServiceModel } from "./load/service-model.ts";
import { ModelledNodes } from "./modelled-nodes.ts";
import { ModelledPods } from "./modelled-pods.ts";
import { collectionPath, type Scene, sceneNamespace, targetOf } from "./scene.ts";
import type { NodeScaling, Scaling, SimulationRun, SimulationStep } from "./simulation-run.ts";

export interface SimulationInput {
  /** What the run is called where it is shown. */
  readonly name: string;
  readonly scene: Scene;
  readonly load: LoadTrack;
  readonly service: ServiceModel;
  /** Equal input gives equal runs. */
  readonly seed: number;
}

const stepMs = 15_000;
const leadMs = 600_000;
/** A step is looked at a second after the autoscaler has looked. */
const settleMs = 1_000;
const startMs = 100;
/** Midnight of some day: the simulation knows no dates. */
const epochMs = Date.UTC(2026, 0, 1);

/** Throws `StatusError` when the API refuses the autoscaler or its workload. */
export async function simulate(
  settled: PromisesSettled,
  input: SimulationInput,
  signal: AbortSignal,
): Promise<SimulationRun> {
  const { scene, load, service, seed } = input;
  const clock = new SteppedClock(settled, epochMs);
  const pods: { list: () => readonly Live<Pod>[] } = { list: () => [] };
  const loadStartMs = epochMs + leadMs;
  const scalings: Scaling[] = [];
  const nodeScalings: NodeScaling[] = [];
  const hasGroups = scene.nodeGroups.length > 0;
  const figures = modelFigures(
    { clock, loadStartMs: () => loadStartMs, pods: () => pods.list() },
    load,
    service,
  );
  await using plane = await openSimulatedPlane({
    clock,
    random: seededRandom(seed),
    figures,
    decisions: {
      add: (record) => {
        if (record.outcome === "scaled") scalings.push(scalingOf(record, loadStartMs));
      },
      forget: () => {},
    },
    nodeDecisions: hasGroups
      ? { add: (decision) => void nodeScalings.push(nodeScalingOf(decision, loadStartMs)) }
      : undefined,
  });
  const informer = plane.informers.of(pod);
  pods.list = () => informer.cache.list(sceneNamespace);
  using modelled = new ModelledPods({ ...plane, clock, pods: informer }, service);
  using nodes = new ModelledNodes({ ...plane, clock, nodes: plane.informers.of(node) });
  const record = stepRecorder(plane.informers, input, pods.list);
  await clock.advance(startMs);
  await setUp(plane, scene);
  await clock.advance(leadMs - startMs + settleMs);
  const steps: SimulationStep[] = [];
  for (let atMs = 0; atMs < load.spanMs; atMs += stepMs) {
    signal.throwIfAborted();
    steps.push(record(atMs));
    await clock.advance(stepMs);
  }
  await Promise.all([modelled.settled(), nodes.settled()]);
  return {
    name: input.name,
    spanMs: load.spanMs,
    stepMs,
    sloUtilization: service.sloUtilization,
    steps,
    scalings: scalings.filter(({ atMs }) => atMs >= 0),
    nodes: hasGroups ? "grouped" : "fixed",
    nodeScalings: nodeScalings.filter(({ atMs }) => atMs >= 0),
  };
}

async function setUp({ client, signal }: SimulatedPlane, scene: Scene): Promise<void> {
  const create = async (object: JsonObject) => {
    await client.exchange({ method: "POST", target: collectionPath(object), body: object }, signal);
  };
  for (const object of [...scene.nodes, ...scene.nodeGroups]) await create(object);
  await create(scene.target);
  await create(scene.autoscaler);
}

function scalingOf(record: DecisionRecord, loadStartMs: number): Scaling {
  const { atMs, currentReplicas: from, desiredReplicas: to } = record;
  return { atMs: atMs - loadStartMs, from, to, arithmetic: explainDecision(record) };
}

function nodeScalingOf(decision: NodeDecision, loadStartMs: number): NodeScaling {
  const { atMs, group, from, to, outcome, reason } = decision;
  return { atMs: atMs - loadStartMs, group, from, to, outcome, reason };
}

/** Looks at the caches, which cost nothing. */
function stepRecorder(
  informers: InformerSet,
  { scene, load, service }: SimulationInput,
  listPods: () => readonly Live<Pod>[],
): (atMs: number) => SimulationStep {
  const findSize = sizeReader(informers, scene);
  const { cache: nodes } = informers.of(node);
  return (atMs) => {
    const meanOf = (column: string) =>
      meanBetween(load, column, { fromMs: atMs, toMs: atMs + stepMs });
    const demandMillis = cpuMillisOf(meanOf, service);
    const pods = listPods();
    const ready = pods.filter(isServing).length;
    return {
      atMs,
      requests: meanOf(requestsColumn),
      demandMillis,
      desired: findSize(),
      ready,
      nodes: nodes.size,
      unplaced: pods.filter(({ spec }) => (spec.nodeName ?? "") === "").length,
      utilization: demandMillis === 0 ? 0 : demandMillis / (ready * service.capacityMillis),
    };
  };
}

function sizeReader(informers: InformerSet, { autoscaler }: Scene): () => number {
  const { kind, name } = targetOf(autoscaler);
  const key = { namespace: sceneNamespace, name };
  const sized = (
    find: () => { readonly spec: { readonly replicas?: number | undefined } } | undefined,
  ) => {
    return () => find()?.spec.replicas ?? 0;
  };
  switch (kind) {
    case "Deployment": {
      const { cache } = informers.of(deployment);
      return sized(() => cache.find(key));
    }
    case "ReplicaSet": {
      const { cache } = informers.of(replicaSet);
      return sized(() => cache.find(key));
    }
    case "StatefulSet": {
      const { cache } = informers.of(statefulSet);
      return sized(() => cache.find(key));
    }
  }
  const { cache } = informers.of(replicationController);
  return sized(() => cache.find(key));
}
