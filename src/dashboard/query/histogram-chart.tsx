import type { HistogramPoint } from "../api/types.ts";

const height = 80;
const barWidth = 12;

/** A native histogram's buckets as bars of equal width, which suits exponential bounds. */
export function HistogramChart({ point }: { readonly point: HistogramPoint }) {
  const buckets = point.buckets ?? [];
  const most = Math.max(...buckets.map(([, , , count]) => Number(count)), 0);
  if (most === 0) return null;
  const width = buckets.length * barWidth;
  return (
    <svg
      class="histogram"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={`${buckets.length} buckets`}
    >
      {buckets.map(([, lower, upper, count], index) => {
        const tall = (Number(count) / most) * height;
        return (
          <rect
            key={`${lower} ${upper}`}
            x={index * barWidth}
            y={height - tall}
            width={barWidth - 2}
            height={tall}
          >
            <title>{`${lower} to ${upper}: ${count}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
