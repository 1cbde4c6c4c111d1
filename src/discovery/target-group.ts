import { type Labels, labelsOf } from "#series";

/** Targets that come from one place and change together. */
export interface TargetGroup {
  /** Names the place; a later group of the same source replaces this one. */
  readonly source: string;
  /** The labels of each target, `__address__` among them. None means that the group is gone. */
  readonly targets: readonly Labels[];
  /** Labels that all of them have; a target's own go first. */
  readonly labels: Labels;
}

/** Takes groups that are new or have changed. */
export type Publish = (groups: readonly TargetGroup[]) => void;

/** Finds targets in one way. */
export interface Discoverer {
  /** Publishes what there is, then what changes, until aborted. */
  run(signal: AbortSignal, publish: Publish): Promise<void>;
}

export const addressLabel = "__address__";
const metaLabelPrefix = "__meta_";

/** The labels of a meta namespace: `metaLabels("docker_", {…})`. Empty values are left out. */
export function metaLabels(
  prefix: string,
  values: Readonly<Record<string, string | number | boolean | undefined>>,
): readonly (readonly [string, string])[] {
  return Object.entries(values).map(([name, value]) => [
    metaLabelPrefix + prefix + name,
    value === undefined ? "" : String(value),
  ]);
}

/** One target's labels. */
export function targetOf(address: string, labels: readonly (readonly [string, string])[]): Labels {
  return labelsOf([[addressLabel, address], ...labels]);
}

/** A text as part of a label name: what such a name cannot have becomes an underscore. */
export function sanitizeLabelName(text: string): string {
  return text.replace(/[^a-zA-Z0-9_]/gu, "_");
}

/** Host and port as an address; IPv6 in brackets. */
export function joinHostPort(host: string, port: number | string): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
