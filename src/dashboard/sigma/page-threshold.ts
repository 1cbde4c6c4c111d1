import type { SeriesBackTest } from "./wire.ts";

/** From how many standard deviations on the series would page; undefined when none of its levels does. */
export function pageThreshold({ levels }: Pick<SeriesBackTest, "levels">): number | undefined {
  const found = levels.flatMap(({ level, threshold }) =>
    level.action.startsWith("page") && threshold !== undefined ? [threshold] : [],
  );
  return found.length === 0 ? undefined : Math.min(...found);
}
