/** Prometheus' text format, version 0.0.4. */

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  /** Left out of the page when undefined: nobody told. */
  readonly value: number | undefined;
  /** When it was measured; undefined: now. */
  readonly atMs: number | undefined;
}

export interface Family {
  readonly name: string;
  readonly type: "counter" | "gauge" | "untyped";
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** As these pages say what they are. */
export const textContentType = "text/plain; version=0.0.4; charset=utf-8";

/** One page; families without samples are left out. */
export function formatFamilies(families: readonly Family[]): string {
  return families.flatMap(formatFamily).join("");
}

function formatFamily({ name, type, help, samples }: Family): readonly string[] {
  const lines = samples.flatMap(({ labels, value, atMs }) => {
    if (value === undefined) return [];
    const time = atMs === undefined ? "" : ` ${Math.round(atMs)}`;
    return [`${name}${formatLabels(labels)} ${value}${time}\n`];
  });
  return lines.length === 0 ? [] : [`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`, ...lines];
}

function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeLabel(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === "\n" ? "\\n" : `\\${character}`));
}
