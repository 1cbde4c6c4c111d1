export { type LoadFile, LoadFileError, parseLoad, parseShare } from "./load/parse-load.ts";
export { type LoadShape, type LoadTrack, loadTrack } from "./load/load-track.ts";
export { type ServiceModel, serviceDefaults, withoutGaps } from "./load/service-model.ts";
export {
  capacityMillisOf,
  equalNodes,
  findAutoscaler,
  findTarget,
  type Scene,
  SceneError,
  sceneOf,
  targetOf,
  workerNameOf,
  workloadOf,
} from "./scene.ts";
export { chartScaleOf, type ChartStyle, drawRun } from "./draw/terminal-chart.ts";
export { formatSpan } from "./draw/scale.ts";
export { formatPage } from "./draw/page.ts";
export { summaryRows } from "./draw/summary-rows.ts";
export { simulate, type SimulationInput } from "./simulate.ts";
export {
  isMissed,
  type Scaling,
  type SimulationRun,
  type SimulationStep,
  type SimulationSummary,
  summaryOf,
} from "./simulation-run.ts";
