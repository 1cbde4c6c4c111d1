import { useEffect, useRef } from "preact/hooks";
import { type Chart, type ChartOptions, openChart } from "../browser/chart.ts";
import { theme } from "../browser/preferences.ts";

/**
 * A chart for the eye, and what it shows in words for everybody else. It is drawn anew when
 * `drawnFor` changes, so that what is under the pointer stays while nothing does.
 */
export function ChartView({
  options,
  drawnFor,
  words,
}: {
  readonly options: ChartOptions;
  readonly drawnFor: readonly unknown[];
  readonly words: string;
}) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<Chart | undefined>(undefined);
  useEffect(() => {
    if (place.current === null) return;
    if (drawn.current === undefined) drawn.current = openChart(place.current, options);
    else drawn.current.update(options);
  }, [...drawnFor, theme.value]);
  useEffect(() => () => drawn.current?.close(), []);
  return (
    <div
      ref={place}
      class="drawing"
      role="img"
      aria-label={words}
      style={{ minHeight: `${options.height}px` }}
    />
  );
}
