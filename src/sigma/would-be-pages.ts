/** The moments at which a policy would have woken somebody. */
import type { BackTestFiring, SeriesBackTest } from "./back-test.ts";
import { isPage } from "./policy.ts";

/** The firings of all levels that page, in order. What two levels page for at a time is one page. */
export function wouldBePages({
  levels,
}: Pick<SeriesBackTest, "levels">): readonly BackTestFiring[] {
  const all = levels.filter(({ level }) => isPage(level.action)).flatMap(({ firings }) => firings);
  const pages: BackTestFiring[] = [];
  for (const firing of all.sort((left, right) => left.startMs - right.startMs)) {
    const open = pages.at(-1);
    if (open === undefined || firing.startMs > open.endMs) pages.push(firing);
    else pages[pages.length - 1] = joined(open, firing);
  }
  return pages;
}

function joined(earlier: BackTestFiring, later: BackTestFiring): BackTestFiring {
  return {
    startMs: earlier.startMs,
    endMs: Math.max(earlier.endMs, later.endMs),
    sigmas: Math.max(earlier.sigmas, later.sigmas),
  };
}
