import type { Clock, Meters } from "#base";
import { WriteReceiver } from "#remote";
import type { Appendable } from "#series";

/** Takes in remote write for the API. */
export function writeReceiver(storage: Appendable, clock: Clock, meters: Meters): WriteReceiver {
  const invalid = meters
    .counter({
      name: "prometheus_api_remote_write_invalid_labels_samples_total",
      help: "Received samples that were refused because of their labels.",
    })
    .with();
  return new WriteReceiver({
    storage,
    nowMs: () => clock.nowMs(),
    onInvalidSamples: (count) => invalid.add(count),
  });
}
