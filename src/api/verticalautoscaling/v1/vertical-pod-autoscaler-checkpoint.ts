import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  double,
  field,
  int64,
  mapOf,
  standardVerbs,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { kind, type } from "./package.ts";

export const histogramCheckpoint = type("HistogramCheckpoint", "A histogram as it is kept.", {
  referenceTimestamp: field(time, "Samples of this time have their own weight."),
  bucketWeights: field(
    mapOf(int64),
    "Weights by the number of the bucket, of which the largest is 10000.",
  ),
  totalWeight: field(double, "What the weights add up to."),
});
export interface HistogramCheckpoint extends TypeOf<typeof histogramCheckpoint> {}

export const verticalPodAutoscalerCheckpointSpec = type(
  "VerticalPodAutoscalerCheckpointSpec",
  "Whose use is kept.",
  {
    vpaObjectName: field(string, "Name of the autoscaler."),
    containerName: field(string, "Name of the containers."),
  },
);
export interface VerticalPodAutoscalerCheckpointSpec
  extends TypeOf<typeof verticalPodAutoscalerCheckpointSpec> {}

export const verticalPodAutoscalerCheckpointStatus = type(
  "VerticalPodAutoscalerCheckpointStatus",
  "What the containers have used.",
  {
    lastUpdateTime: field(time, "When it was written."),
    version: field(string, "Version of the format; v3."),
    cpuHistogram: field(histogramCheckpoint, "Use of processor time."),
    memoryHistogram: field(histogramCheckpoint, "Peaks of memory."),
    firstSampleStart: field(time, "Time of the first sample."),
    lastSampleStart: field(time, "Time of the last sample."),
    totalSamplesCount: field(int64, "How many samples there were."),
  },
);
export interface VerticalPodAutoscalerCheckpointStatus
  extends TypeOf<typeof verticalPodAutoscalerCheckpointStatus> {}

export const verticalPodAutoscalerCheckpoint = kind(
  "VerticalPodAutoscalerCheckpoint",
  "What containers have used, as the autoscaler keeps it for its next start.",
  {
    metadata: field(objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(verticalPodAutoscalerCheckpointSpec, "Whose use it is."),
    status: field(verticalPodAutoscalerCheckpointStatus, "What was used."),
  },
  {
    name: "verticalpodautoscalercheckpoints",
    singular: "verticalpodautoscalercheckpoint",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["vpacheckpoint"],
  },
);
export interface VerticalPodAutoscalerCheckpoint
  extends TypeOf<typeof verticalPodAutoscalerCheckpoint> {}
