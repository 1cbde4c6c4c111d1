/** How patches are refused, in upstream's words and with upstream's codes. */

import { StatusError } from "../status-error.ts";

/**
 * A well-formed patch that does not apply. Upstream says nothing more than this to the client; `why`
 * is kept as the cause.
 */
export function unprocessablePatch(why: string): StatusError {
  const text = "the server rejected our request due to an error in our request";
  return new StatusError("Invalid", text, { details: {}, cause: new Error(why) });
}
