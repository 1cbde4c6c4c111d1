/** A whole API server in memory, for tests of whatever speaks the API. */

import {
  type Clock,
  type HttpTransport,
  type Logger,
  type Random,
  silentLogger,
  uncounted,
} from "#base";
import { seededRandom, VirtualClock } from "#base/testing";
import { openMemoryStore, type Store } from "#store";
import type { Access, AccessDeps } from "./access.ts";
import type { AdmissionPlugin } from "./admission.ts";
import type { PluginDeps } from "./admission/default-plugins.ts";
export { resourceQuotaPlugin } from "./admission/resource-quota/plugin.ts";
export { verticalPodAutoscalerPlugin } from "./admission/vertical-pod-autoscaler/plugin.ts";
import { adminGroup, type User, userOf } from "./authentication.ts";
import type { Authorizer } from "./authorization.ts";
export { defaultAuthorizer } from "./authz/default-authorizer.ts";
import type { ComputedGroup, DynamicGroup } from "./computed-group.ts";
import type { Mount } from "./endpoints/endpoints.ts";
import type { NodeConnector } from "./node-connector.ts";
import { Objects } from "./objects/objects.ts";
import type { Review } from "./review.ts";
import { type ApiServer, openApiServer } from "./server.ts";
import type { TokenIssuer } from "./token-issuer.ts";

export interface TestApiServerOptions {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly logger?: Logger;
  readonly store?: Store;
  /** Without one, everybody may do everything. */
  readonly authorizer?: Authorizer;
  readonly admission?: (deps: PluginDeps) => readonly AdmissionPlugin[];
  readonly reviews?: readonly Review[];
  readonly computedGroups?: readonly ComputedGroup[];
  readonly dynamicGroups?: readonly DynamicGroup[];
  readonly nodes?: NodeConnector;
  readonly tokens?: TokenIssuer;
  readonly mounts?: readonly Mount[];
  /** Decides about requests in place of all of the above, as it does in a cluster. */
  readonly access?: (deps: Omit<AccessDeps, "signer">) => Promise<Access>;
}

export interface TestApiServer extends AsyncDisposable {
  readonly server: ApiServer;
  readonly store: Store;
  readonly objects: Objects;
  /** Calls the server as a member of `system:masters`. */
  readonly transport: HttpTransport;
  transportFor(user: User): HttpTransport;
}

/** The user behind `TestApiServer.transport`. */
export const testAdmin: User = userOf("test-admin", adminGroup, "system:authenticated");

/** Starts a server; disposing of it stops it. By default nothing is checked and time is virtual. */
export async function openTestApiServer(
  options: TestApiServerOptions = {},
): Promise<TestApiServer> {
  const store = options.store ?? (await openMemoryStore());
  const clock = options.clock ?? new VirtualClock();
  const logger = options.logger ?? silentLogger;
  const objects = new Objects({ store, clock, logger });
  const random = options.random ?? seededRandom(1);
  const access = await options.access?.({ objects, clock, random });
  const server = await openApiServer({
    objects,
    clock,
    random,
    logger,
    authenticator: { authenticate: async () => testAdmin },
    authorizer: options.authorizer ?? allowAll,
    admission: options.admission?.({ objects, clock, random }) ?? [],
    reviews: options.reviews ?? [],
    computedGroups: options.computedGroups ?? [],
    dynamicGroups: options.dynamicGroups ?? [],
    nodes: options.nodes ?? noNodes,
    tokens: options.tokens ?? noTokens,
    meters: uncounted,
    metricsPages: new Map(),
    mounts: options.mounts ?? [],
    ...access,
  });
  const stop = new AbortController();
  const running = server.run(stop.signal);
  return {
    server,
    store,
    objects,
    transport: server.transportFor(testAdmin),
    transportFor: (user) => server.transportFor(user),
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await running.catch((error: unknown) => {
        if (!stop.signal.aborted) throw error;
      });
    },
  };
}

/** Lets everybody do everything; only for tests. */
export const allowAll: Authorizer = {
  authorize: async () => ({ allowed: true, reason: "" }),
};

const noNodes: NodeConnector = {
  connectNode: async (name) => {
    throw new Error(`this test has no node ${name}`);
  },
  connectAddress: async ({ host }) => {
    throw new Error(`this test has no server at ${host}`);
  },
};

const noTokens: TokenIssuer = {
  issue: async () => {
    throw new Error("this test issues no tokens");
  },
  defaultAudiences: [],
  issuer: "",
  publicKeys: [],
};
