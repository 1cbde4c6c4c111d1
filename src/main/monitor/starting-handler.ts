/** What is served while the database opens: that it does, how far it is, and the pages that show it. */
import type { Clock, HttpHandler, Logger } from "#base";
import {
  createPromServer,
  type PageFiles,
  type ProgramFacts,
  textResponse,
  walReplayRoute,
  webRoutes,
} from "#promapi";
import { compileRegex } from "#series";
import type { WebSettings } from "./web.ts";

export interface StartingDeps {
  readonly program: ProgramFacts;
  readonly pages: PageFiles;
  readonly clock: Clock;
  readonly log: Logger;
}

export function startingHandler(
  { program, pages, clock, log }: StartingDeps,
  { routePrefix, corsOrigin, mode, furtherPages, enables }: WebSettings,
): HttpHandler {
  const origin = compileRegex(corsOrigin, "anchored");
  const options = { routePrefix, isLifecycleEnabled: enables.lifecycle, mode, furtherPages };
  const server = createPromServer(
    {
      clock,
      log,
      isReady: () => true,
      api: [walReplayRoute(program)],
      web: webRoutes(program, pages, options),
    },
    { routePrefix, isOriginAllowed: (asked) => origin.test(asked) },
  );
  return {
    async handle(request, signal) {
      const response = await server.handle(request, signal);
      // What is not served yet will be.
      return response.status === 404 ? textResponse(503, "Service Unavailable") : response;
    },
    upgrade: (request, signal) => server.upgrade(request, signal),
  };
}

/** A handler in whose place another can be put while servers run. */
export class SwappableHandler implements HttpHandler {
  #current: HttpHandler;

  constructor(first: HttpHandler) {
    this.#current = first;
  }

  swap(next: HttpHandler): void {
    this.#current = next;
  }

  readonly handle: HttpHandler["handle"] = (request, signal) =>
    this.#current.handle(request, signal);

  readonly upgrade: HttpHandler["upgrade"] = (request, signal) =>
    this.#current.upgrade(request, signal);
}
