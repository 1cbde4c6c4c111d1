import { findValue, type MapNode, scalarNode, textOf, withEntry } from "../tree/node.ts";
import { shortFor } from "./pieces.ts";
import { record, text } from "./shape.ts";
import { fileMode } from "./text-formats.ts";

const attributes = {
  source: text(),
  target: text(),
  uid: text("numbers"),
  gid: text("numbers"),
  mode: fileMode(),
} as const;

/** Where a service sees a config. */
export const fileMount = record(attributes, { short: shortFor("source") });

/** Where a service sees a secret: unless it says so, in the directory that is for them. */
export const secretMount = record(attributes, { short: shortFor("source"), fill: withTarget });

function withTarget(mount: MapNode): MapNode {
  const source = textOf(findValue(mount, "source"));
  if (mount.entries.has("target") || source === undefined) return mount;
  return withEntry(mount, "target", scalarNode(`/run/secrets/${source}`, mount.place));
}
