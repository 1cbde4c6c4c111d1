/**
 * The API server: one handler for all requests, in the order of the handler chain upstream.
 *
 *     target → audit id → authenticate → authorize → handler → render
 *
 * Whatever refuses throws, and becomes a Status in one place (`#serve`).
 */

import { type ServerVersionFacts, StatusError } from "#api";
import { service } from "#api/core/v1";
import {
  type Clock,
  type HttpHandler,
  type HttpResponse,
  type HttpTransport,
  type Logger,
  type Meters,
  type Random,
  type ReceivedRequest,
  type UpgradeResult,
} from "#base";
import { findHeader, isWebSocketRequest } from "#http";
import type { Store } from "#store";
import { serviceAllocator } from "./allocation/service-allocator.ts";
import type { AdmissionPlugin } from "./admission.ts";
import type { ComputedGroup, DynamicGroup } from "./computed-group.ts";
import { expireEvents } from "./background/expire-events.ts";
import { RevisionAges } from "./background/revision-ages.ts";
import { runTogether } from "./background/run-together.ts";
import type { Authenticator, User } from "./authentication.ts";
import type { Authorizer } from "./authorization.ts";
import { accessRefusal } from "./authz/access-refusal.ts";
import { addDiscovery } from "./endpoints/discovery.ts";
import { EndpointTable, type Mount } from "./endpoints/endpoints.ts";
import { addHealth, type HealthCheck } from "./endpoints/health.ts";
import { addOpenApi } from "./endpoints/openapi.ts";
import { addOpenId } from "./endpoints/openid.ts";
import {
  addMetrics,
  kindOfRequest,
  type MetricsPage,
  RequestMetrics,
} from "./endpoints/metrics.ts";
import { addVersion } from "./endpoints/version.ts";
import { answerComputed } from "./handlers/computed.ts";
import { findHandler, findUpgradeHandler, isLongRunning } from "./handlers/dispatch.ts";
import type { NodeConnector } from "./node-connector.ts";
import type { Objects } from "./objects/objects.ts";
import { storeRoot } from "./registry/catalog.ts";
import type { ServerParts } from "./request/request-context.ts";
import { AuditIds } from "./request/audit-ids.ts";
import {
  parseRequestTarget,
  type RequestTarget,
  type ResourceTarget,
} from "./request/request-target.ts";
import { requestedAccess } from "./request/requested-access.ts";
import type { Answer } from "./respond/answer.ts";
import { type Presentation, presentationOf } from "./respond/presentation.ts";
import { renderList, renderObject, renderValue, renderValues } from "./respond/render.ts";
import { noSuchPath, refusalOf, statusResponse } from "./respond/status-response.ts";
import { WarningList } from "./respond/warnings.ts";
import type { Review } from "./review.ts";
import type { TokenIssuer } from "./token-issuer.ts";
import { renderWatch } from "./watch/render-watch.ts";
import { watchOverSocket } from "./watch/socket-watch.ts";

export interface ApiServerDeps {
  readonly objects: Objects;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly admission: readonly AdmissionPlugin[];
  readonly reviews: readonly Review[];
  readonly computedGroups: readonly ComputedGroup[];
  readonly dynamicGroups: readonly DynamicGroup[];
  readonly nodes: NodeConnector;
  readonly tokens: TokenIssuer;
  /** Where requests are counted. */
  readonly meters: Meters;
  /** By path: what `/metrics` and the like answer. */
  readonly metricsPages: ReadonlyMap<string, MetricsPage>;
  readonly mounts: readonly Mount[];
}

export interface ApiServerOptions {
  /** Milliseconds after which a request that is not long-running is given up. */
  readonly requestTimeoutMs: number;
  /** Host and port under which clients outside of the cluster reach the server. */
  readonly serverAddress: string;
  /** The network from which Services get their addresses. */
  readonly serviceNetwork: string;
  readonly version: ServerVersionFacts;
}

export const defaultApiServerOptions: ApiServerOptions = {
  requestTimeoutMs: 60_000,
  serverAddress: "127.0.0.1:6443",
  serviceNetwork: "10.43.0.0/16",
  version: { platform: "linux/amd64", runtimeVersion: "" },
};

/** Opens a server of these objects; `run` has to go on while it serves. */
export async function openApiServer(
  deps: ApiServerDeps,
  options: ApiServerOptions = defaultApiServerOptions,
): Promise<ApiServer> {
  const { objects, clock } = deps;
  const { store, catalog, reader, hub, kinds } = objects;
  const own = deps.random.fork("apiserver");
  const services = serviceAllocator({ store, catalog, clock, random: own }, options.serviceNetwork);
  const allocators = new Map([[catalog.get(service), services]]);
  const ages = new RevisionAges({ store, clock }, continueTokenAgeMs);
  const parts: ServerParts = {
    ...deps,
    computedGroups: [...deps.computedGroups, ...deps.dynamicGroups],
    random: own,
    store,
    catalog,
    reader,
    hub,
    allocators,
    ages,
  };
  const endpoints = new EndpointTable();
  await addDiscovery(endpoints, kinds, deps.dynamicGroups, options.serverAddress);
  addOpenApi(endpoints, kinds);
  addOpenId(endpoints, deps.tokens, `https://${options.serverAddress}`);
  addVersion(endpoints, options.version);
  addHealth(endpoints, healthChecks(store));
  addMetrics(endpoints, deps.metricsPages);
  for (const mount of deps.mounts) {
    endpoints.addBelow(mount.path, (request, _target, by) => mount.serve(request, by));
  }
  const metrics = new RequestMetrics(deps.meters);
  return new ApiServer(parts, { authenticator: deps.authenticator, endpoints, metrics }, options);
}

/** Under upstream's names, which monitoring and scripts ask for. */
function healthChecks(store: Store): readonly HealthCheck[] {
  const readStore = async () => void (await store.find(storeRoot));
  return [
    { name: "ping", check: () => {} },
    { name: "etcd", check: readStore },
  ];
}

/** Upstream's tokens live as long as its history: between five and ten minutes. */
const continueTokenAgeMs = 5 * 60 * 1_000;

export class ApiServer implements HttpHandler {
  readonly #parts: ServerParts;
  readonly #authenticator: Authenticator;
  readonly #options: ApiServerOptions;
  readonly #endpoints: EndpointTable;
  readonly #metrics: RequestMetrics;
  readonly #auditIds: AuditIds;

  constructor(
    parts: ServerParts,
    around: {
      readonly authenticator: Authenticator;
      readonly endpoints: EndpointTable;
      readonly metrics: RequestMetrics;
    },
    options: ApiServerOptions,
  ) {
    this.#parts = parts;
    this.#authenticator = around.authenticator;
    this.#endpoints = around.endpoints;
    this.#metrics = around.metrics;
    this.#options = options;
    this.#auditIds = new AuditIds(parts.random.fork("audit"));
  }

  /** Feeds the watchers and clears up until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { hub, ages } = this.#parts;
    await runTogether(
      [
        (ending) => hub.run(ending),
        (ending) => ages.run(ending),
        (ending) => expireEvents(this.#parts, ending),
      ],
      signal,
    );
  }

  async handle(request: ReceivedRequest, signal: AbortSignal): Promise<HttpResponse> {
    return this.#serve({ request, signal, trusted: undefined });
  }

  async upgrade(request: ReceivedRequest, signal: AbortSignal): Promise<UpgradeResult> {
    return this.#serveUpgrade({ request, signal, trusted: undefined });
  }

  /**
   * Calls the server in this process as `user`, whom it takes on trust: for the parts that run beside
   * it and hold no credentials.
   */
  transportFor(user: User): HttpTransport {
    const peer = { address: undefined, certificate: undefined };
    return {
      send: (request, signal) =>
        this.#serve({ request: { ...request, peer }, signal, trusted: user }),
      upgrade: (request, signal) =>
        this.#serveUpgrade({ request: { ...request, peer }, signal, trusted: user }),
    };
  }

  async #serve(call: Call): Promise<HttpResponse> {
    const { request } = call;
    const warnings = new WarningList();
    const startMs = this.#parts.clock.elapsedMs();
    const end = this.#metrics.begin(request.method);
    const response = await this.#answer(call, warnings)
      .catch((error: unknown) => this.#refuse(call, error))
      .finally(end);
    this.#observe(request, response.status, startMs);
    const headers = {
      "cache-control": "no-cache, private",
      "audit-id": findHeader(request.headers, "audit-id") ?? this.#auditIds.next(),
      ...(warnings.headers.length === 0 ? {} : { warning: warnings.headers }),
      ...response.headers,
    };
    const body = request.method === "HEAD" ? undefined : response.body;
    return { status: response.status, headers, body };
  }

  #observe(request: ReceivedRequest, code: number, startMs: number): void {
    const { method, target: sent, peer } = request;
    const { clock } = this.#parts;
    if (peer.certificate !== undefined && code !== 401) {
      this.#metrics.observeCertificate((peer.certificate.notAfterMs - clock.nowMs()) / 1_000);
    }
    // Paths that are none were refused; they are told apart from nothing else.
    if (code === 400 || code === 404) return;
    const target = parseRequestTarget(method, sent);
    if (target.kind === "path") return;
    if (this.#parts.catalog.find({ ...target, name: target.resource }) === undefined) return;
    const { group, version, resource, subresource } = target;
    const kind = kindOfRequest(target);
    const seconds = (clock.elapsedMs() - startMs) / 1_000;
    this.#metrics.observe({ ...kind, group, version, resource, subresource, code }, seconds);
  }

  async #serveUpgrade(call: Call): Promise<UpgradeResult> {
    try {
      return await this.#answerUpgrade(call);
    } catch (error) {
      return { kind: "refused", response: this.#refuse(call, error) };
    }
  }

  /** Boundary: every refusal and failure becomes a response here and nowhere else. */
  #refuse({ request, signal }: Call, error: unknown): HttpResponse {
    const refusal = refusalOf(error);
    if (refusal.code === 500 && !(error instanceof StatusError) && !signal.aborted) {
      this.#parts.logger.error("request failed", error, { target: request.target });
    }
    return statusResponse(refusal);
  }

  async #answer(call: Call, warnings: WarningList): Promise<HttpResponse> {
    const { request, signal } = call;
    const { target, user } = await this.#admit(call);
    if (target.kind === "path") {
      const endpoint = this.#endpoints.find(target.path);
      if (endpoint === undefined) throw noSuchPath();
      return endpoint(request, target, { user, signal });
    }
    const computed = this.#parts.computedGroups.find(({ name }) => name === target.group);
    if (computed !== undefined) {
      const presentation = presentationOf(request, target);
      using limited = this.#limited(target, signal);
      const answer = await answerComputed(computed, target, limited.signal);
      return this.#render(answer, presentation, signal);
    }
    const resource = this.#parts.catalog.find({ ...target, name: target.resource });
    const handler = findHandler(target, resource);
    if (resource === undefined) throw noSuchPath();
    const presentation = presentationOf(request, target, resource.kind);
    using limited = this.#limited(target, signal);
    const warn = (text: string) => warnings.add(text);
    const context = { request, target, resource, user, signal: limited.signal, warn };
    return this.#render(await handler(this.#parts, context), presentation, context.signal);
  }

  async #answerUpgrade(call: Call): Promise<UpgradeResult> {
    const { request, signal } = call;
    const { target, user } = await this.#admit(call);
    if (target.verb === "watch" && isWebSocketRequest(request)) return this.#watchOverSocket(call);
    const handler = target.kind === "path" ? undefined : findUpgradeHandler(target);
    if (target.kind === "path" || handler === undefined) {
      return { kind: "refused", response: await this.#serve(call) };
    }
    const resource = this.#parts.catalog.find({ ...target, name: target.resource });
    findHandler(target, resource);
    if (resource === undefined) throw noSuchPath();
    // A stream that a browser may open by GET is no mere look.
    if (target.verb === "get") await this.#authorize(user, { ...target, verb: "create" }, signal);
    const warn = () => {};
    return handler(this.#parts, { request, target, resource, user, signal, warn });
  }

  async #watchOverSocket(call: Call): Promise<UpgradeResult> {
    const left = new AbortController();
    const signal = AbortSignal.any([call.signal, left.signal]);
    const response = await this.#serve({ ...call, signal });
    if (response.status !== 200) return { kind: "refused", response };
    return watchOverSocket(call.request, response, () => left.abort());
  }

  async #admit({ request, signal, trusted }: Call): Promise<Admitted> {
    const target = parseRequestTarget(request.method, request.target);
    const user = trusted ?? (await this.#authenticator.authenticate(request, signal));
    await this.#authorize(user, target, signal);
    return { target, user };
  }

  #render(answer: Answer, presentation: Presentation, signal: AbortSignal): HttpResponse {
    const nowMs = this.#parts.clock.nowMs();
    switch (answer.kind) {
      case "object":
        return renderObject(answer, presentation, nowMs);
      case "value":
        return renderValue(answer, presentation, nowMs);
      case "values":
        return renderValues(answer, presentation, nowMs);
      case "list":
        return renderList(answer, presentation, nowMs);
      case "watch":
        return renderWatch(this.#parts, answer, presentation, signal);
      case "raw":
        return answer.response;
    }
  }

  async #authorize(user: User, target: RequestTarget, signal: AbortSignal): Promise<void> {
    const access = requestedAccess(target);
    const decision = await this.#parts.authorizer.authorize(user, access, signal);
    if (!decision.allowed) throw accessRefusal(user, access, decision.reason);
  }

  /** The signal of a request: watches last as long as the client stays, the rest has a deadline. */
  #limited(
    target: ResourceTarget,
    signal: AbortSignal,
  ): Disposable & { readonly signal: AbortSignal } {
    // To get one object takes no time that would be worth a timer.
    const isFree = target.verb === "get" || isLongRunning(target);
    if (isFree) return { signal, [Symbol.dispose]: () => {} };
    const deadline = new AbortController();
    const timer = this.#parts.clock.schedule(this.#options.requestTimeoutMs, () => {
      const message = "Timeout: request did not complete within the allotted timeout";
      deadline.abort(new StatusError("Timeout", message, { details: {} }));
    });
    return {
      signal: AbortSignal.any([signal, deadline.signal]),
      [Symbol.dispose]: () => timer[Symbol.dispose](),
    };
  }
}

/** One request, and who sent it if that is known without credentials. */
interface Call {
  readonly request: ReceivedRequest;
  readonly signal: AbortSignal;
  readonly trusted: User | undefined;
}

/** A request that may be answered. */
interface Admitted {
  readonly target: RequestTarget;
  readonly user: User;
}
