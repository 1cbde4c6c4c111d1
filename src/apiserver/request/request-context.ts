import type { Clock, Logger, Random, ReceivedRequest, UpgradeResult } from "#base";
import type { Store } from "#store";
import type { Allocator } from "../allocation/claims.ts";
import type { RevisionAges } from "../background/revision-ages.ts";
import type { AdmissionPlugin } from "../admission.ts";
import type { User } from "../authentication.ts";
import type { Authorizer } from "../authorization.ts";
import type { ComputedGroup } from "../computed-group.ts";
import type { NodeConnector } from "../node-connector.ts";
import type { ObjectReader } from "../objects/object-reader.ts";
import type { Catalog } from "../registry/catalog.ts";
import type { Resource } from "../registry/resource.ts";
import type { Answer } from "../respond/answer.ts";
import type { Review } from "../review.ts";
import type { TokenIssuer } from "../token-issuer.ts";
import type { WatchHub } from "../watch/watch-hub.ts";
import type { ResourceTarget } from "./request-target.ts";

/** What handlers work with; one for the life of the server. */
export interface ServerParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly catalog: Catalog;
  readonly reader: ObjectReader;
  readonly hub: WatchHub;
  readonly ages: RevisionAges;
  /** What hands out addresses and ports, by the resource whose objects hold them. */
  readonly allocators: ReadonlyMap<Resource, Allocator>;
  readonly admission: readonly AdmissionPlugin[];
  readonly reviews: readonly Review[];
  readonly computedGroups: readonly ComputedGroup[];
  readonly authorizer: Authorizer;
  readonly nodes: NodeConnector;
  readonly tokens: TokenIssuer;
}

/** One request for a resource, past authentication and authorization. */
export interface RequestContext {
  readonly request: ReceivedRequest;
  readonly target: ResourceTarget;
  readonly resource: Resource;
  readonly user: User;
  readonly signal: AbortSignal;
  /** Adds a `Warning` header to the response. */
  warn(text: string): void;
}

/** Answers one verb on any resource, or throws a `StatusError`. */
export type Handler = (parts: ServerParts, context: RequestContext) => Promise<Answer>;

/** Answers a request that asks to switch protocols. */
export type UpgradeHandler = (
  parts: ServerParts,
  context: RequestContext,
) => Promise<UpgradeResult>;
