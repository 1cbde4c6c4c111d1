import type { HttpConnector } from "#base";
import { openHttpTransport } from "./on-demand.ts";

/** Connects by the kernel's sockets. */
export const realHttpConnector: HttpConnector = {
  open: (endpoint) => openHttpTransport({ ...endpoint, bearerToken: undefined }),
};
