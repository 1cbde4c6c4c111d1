import type { ObjectKey } from "#api";
import type { Resource } from "../registry/resource.ts";
import type { ResourceEvent } from "../watch/resource-event.ts";
import type { WatchHub } from "../watch/watch-hub.ts";
import type { ObjectReader } from "./object-reader.ts";
import type { StoredObject } from "./stored-object.ts";

/** Is told of the objects of one resource: of those that are there, then of every change. */
export interface Follower<T> {
  /** Forgets everything; what is there is told again. */
  reset(): void;
  put(key: ObjectKey, object: T): void;
  remove(key: ObjectKey): void;
}

export interface FollowDeps {
  readonly reader: ObjectReader;
  readonly hub: WatchHub;
}

/** Tells the follower the present state, then keeps telling for as long as the hub runs. */
export async function followObjects(
  deps: FollowDeps,
  resource: Resource,
  follower: Follower<StoredObject>,
): Promise<void> {
  const following = new Following(deps, resource, follower);
  await following.start();
}

class Following {
  readonly #deps: FollowDeps;
  readonly #resource: Resource;
  readonly #follower: Follower<StoredObject>;
  /** Events held back while the state is read; undefined at all other times. */
  #held: ResourceEvent[] | undefined = [];
  #revision = 0;

  constructor(deps: FollowDeps, resource: Resource, follower: Follower<StoredObject>) {
    this.#deps = deps;
    this.#resource = resource;
    this.#follower = follower;
  }

  async start(): Promise<void> {
    this.#deps.hub.subscribe({
      resource: this.#resource,
      interest: undefined,
      onEvent: (event) => this.#tell(event),
      // What was missed is in the store.
      onBroken: () => void this.#load(),
    });
    await this.#load();
  }

  async #load(): Promise<void> {
    this.#held ??= [];
    const resource = this.#resource;
    const everything = { resource, namespace: "", startAfter: "", limit: 0, revision: undefined };
    const { objects, revision } = await this.#deps.reader.range(everything);
    this.#follower.reset();
    for (const object of objects) this.#follower.put(object.key, object);
    this.#revision = revision;
    const held = this.#held;
    this.#held = undefined;
    for (const event of held) this.#tell(event);
  }

  #tell(event: ResourceEvent): void {
    if (this.#held !== undefined) {
      this.#held.push(event);
      return;
    }
    if (event.revision <= this.#revision) return;
    if (event.current !== undefined) this.#follower.put(event.current.key, event.current);
    else if (event.previous !== undefined) this.#follower.remove(event.previous.key);
  }
}
