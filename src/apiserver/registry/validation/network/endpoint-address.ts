/** Addresses that traffic may be sent to. */

import { addressFamily, addressProblems } from "../paths.ts";
import { invalidValue, type Problems } from "../problems.ts";

/** Ranges that never belong to somebody else's endpoint, and how upstream calls them. */
const specialRanges: readonly (readonly [RegExp, string])[] = [
  [/^(127\.|::1$)/, "may not be in the loopback range (127.0.0.0/8, ::1/128)"],
  [/^(169\.254\.|fe[89ab])/i, "may not be in the link-local range (169.254.0.0/16, fe80::/10)"],
  [
    /^(224\.0\.0\.|ff.2:)/i,
    "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)",
  ],
];

export function* endpointAddressProblems(field: string, address: string): Problems {
  if (addressFamily(address) === undefined) return yield* addressProblems(field, address);
  if (/^(0\.0\.0\.0|[0:]*:[0:]*)$/.test(address)) {
    yield invalidValue(field, address, `may not be unspecified (${address})`);
  }
  for (const [pattern, why] of specialRanges) {
    if (pattern.test(address)) yield invalidValue(field, address, why);
  }
}
