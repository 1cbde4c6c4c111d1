/** When a CronJob is due: the five fields of cron, and what can be wrong with them, in upstream's words. */

const bounds = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  {
    min: 1,
    max: 12,
    names: "jan feb mar apr may jun jul aug sep oct nov dec".split(" "),
  },
  { min: 0, max: 6, names: "sun mon tue wed thu fri sat".split(" ") },
] as const satisfies readonly Bounds[];

interface Bounds {
  readonly min: number;
  readonly max: number;
  /** Names of the values, the first for `min`. */
  readonly names: readonly string[];
}

const unnamed: Bounds = { min: 0, max: 0, names: [] };

const descriptors: ReadonlySet<string> = new Set([
  "@yearly",
  "@annually",
  "@monthly",
  "@weekly",
  "@daily",
  "@midnight",
  "@hourly",
]);

/** What is wrong with a schedule, in words; undefined when nothing is. */
export function scheduleProblem(schedule: string): string | undefined {
  if (schedule === "") return "empty spec string";
  const plain = schedule.replace(/^(CRON_)?TZ=\S*\s+/, "").trim();
  if (plain.startsWith("@")) return descriptorProblem(plain);
  const fields = plain.split(/\s+/);
  if (fields.length !== bounds.length) {
    return `expected exactly ${bounds.length} fields, found ${fields.length}: [${fields.join(" ")}]`;
  }
  return firstOf(fields, (field, index) => {
    const limits = bounds[index];
    if (limits === undefined) return undefined;
    return firstOf(field.split(","), (range) => rangeProblem(range, limits));
  });
}

function descriptorProblem(text: string): string | undefined {
  if (descriptors.has(text)) return undefined;
  const [, duration] = /^@every (.*)$/.exec(text) ?? [];
  if (duration === undefined) return `unrecognized descriptor: ${text}`;
  if (/^(\d+(\.\d+)?(ns|us|ms|s|m|h))+$/.test(duration)) return undefined;
  return `failed to parse duration ${text}: time: invalid duration ${JSON.stringify(duration)}`;
}

/** `*`, `5`, `1-5`, each perhaps with `/2`. */
function rangeProblem(expression: string, limits: Bounds): string | undefined {
  const [range = "", step, ...moreSteps] = expression.split("/");
  const [low = "", high, ...moreHyphens] = range.split("-");
  const isEvery = low === "*" || low === "?";
  const start = isEvery ? limits.min : numberOf(low, limits);
  if (typeof start === "string") return start;
  if (!isEvery && moreHyphens.length > 0) return `too many hyphens: ${expression}`;
  const end = isEvery ? limits.max : high === undefined ? start : numberOf(high, limits);
  if (typeof end === "string") return end;
  if (moreSteps.length > 0) return `too many slashes: ${expression}`;
  if (step === undefined) return boundsProblem(expression, { start, last: end, width: 1 }, limits);
  const width = numberOf(step, unnamed);
  if (typeof width === "string") return width;
  const last = high === undefined ? limits.max : end;
  return boundsProblem(expression, { start, last, width }, limits);
}

function boundsProblem(
  expression: string,
  range: { readonly start: number; readonly last: number; readonly width: number },
  { min, max }: Bounds,
): string | undefined {
  const { start, last, width } = range;
  if (start < min) return `beginning of range (${start}) below minimum (${min}): ${expression}`;
  if (last > max) return `end of range (${last}) above maximum (${max}): ${expression}`;
  if (start > last) {
    return `beginning of range (${start}) beyond end of range (${last}): ${expression}`;
  }
  return width === 0 ? `step of range should be a positive number: ${expression}` : undefined;
}

/** The number, or what is wrong with it. */
function numberOf(text: string, { min, names }: Bounds): number | string {
  const index = names.indexOf(text.toLowerCase());
  if (index >= 0) return min + index;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const why = `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
  return `failed to parse int from ${text}: ${why}`;
}

function firstOf<T>(
  items: readonly T[],
  problemOf: (item: T, index: number) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const problem = problemOf(item, index);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
