import { setFlagsFromString } from "node:v8";

/**
 * Keeps the part of the heap where new objects are made as small as it is now, which is a few MiB;
 * otherwise it grows up to 64 MiB.
 *
 * What lives on the heap is then collected more often, which costs no more, and with it what each
 * packet from the network has brought. In a large young generation those wait until V8 finds that
 * there is too much of them and collects everything, several times a second under load.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
