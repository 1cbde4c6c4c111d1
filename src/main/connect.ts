import type { HttpTransport } from "#base";
import type { ApiAccess } from "#cli";

/** A way to an API server over HTTPS. */
export async function connect(_access: ApiAccess): Promise<HttpTransport> {
  throw new Error("the HTTPS client is not there yet");
}
