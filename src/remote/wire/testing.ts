import { ProtobufReader } from "#base";
import type { MetricMetadata } from "#series";
import { openSeriesReader } from "./open-series-reader.ts";
import {
  type FamilyMetadata,
  metricTypes,
  type WriteMessage,
  type WriteSeries,
} from "./write-series.ts";

/** All series of a request at once. */
export function readAllSeries(bytes: Uint8Array, message: WriteMessage): readonly WriteSeries[] {
  const reader = openSeriesReader(bytes, message);
  const all: WriteSeries[] = [];
  while (reader.next()) {
    const { labelPairs, floats, histograms, exemplars, metadata } = reader;
    const { count } = floats;
    const columns = {
      count,
      timestampsMs: floats.timestampsMs.slice(0, count),
      values: floats.values.slice(0, count),
      startTimestampsMs: floats.startTimestampsMs.slice(0, count),
    };
    all.push({ labelPairs, floats: columns, histograms, exemplars, metadata });
  }
  return all;
}

/** The metadata of families in a request of the first version. */
export function readFamilies(bytes: Uint8Array): readonly FamilyMetadata[] {
  const reader = new ProtobufReader(bytes);
  const all: FamilyMetadata[] = [];
  while (reader.next()) {
    if (reader.field === 3) all.push(readFamily(reader.message()));
    else reader.skip();
  }
  return all;
}

function readFamily(reader: ProtobufReader): FamilyMetadata {
  let type: MetricMetadata["type"] = "unknown";
  const texts = { family: "", help: "", unit: "" };
  while (reader.next()) {
    if (reader.field === 1) type = metricTypes[reader.int32()] ?? "unknown";
    else if (reader.field === 2) texts.family = reader.string();
    else if (reader.field === 4) texts.help = reader.string();
    else if (reader.field === 5) texts.unit = reader.string();
    else reader.skip();
  }
  const { family, help, unit } = texts;
  return { family, metadata: { type, help, unit } };
}
