/** The colours of bands are the theme's: one hue, told apart by how light it is. */
import type { BandEdges } from "./band-columns.ts";

/** Bands as a chart draws them. */
export function chartBands(edges: readonly BandEdges[]) {
  return edges.map(({ sigmas, upper, lower }) => ({ upper, lower, color: `--band-${sigmas}` }));
}
