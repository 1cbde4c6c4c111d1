import { absent, float } from "../evaluation/column.ts";
import { defineColumnFunction } from "../function-definition.ts";

/** `round(v, to_nearest=1)`: ties go up. */
export const round = defineColumnFunction({
  name: "round",
  vectorIndex: 0,
  transform({ values, kinds }, [nearest]) {
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== float) {
        kinds[step] = absent;
        continue;
      }
      // The inverse loses less: tenths are no doubles, but ten is.
      const inverse = 1 / (nearest?.[step] ?? 1);
      values[step] = Math.floor((values[step] ?? 0) * inverse + 0.5) / inverse;
    }
  },
});
