/** Sorts alerts into groups by the routing tree, and lets each group tell of itself in its time. */
import type { Alert } from "../alert/alert.ts";
import { groupKeyOf, groupLabelsOf, matchRoutes, type Route } from "../route/route.ts";
import { AggregationGroup, type GroupDeps } from "./aggregation-group.ts";

export class Dispatcher {
  readonly #route: Route;
  readonly #deps: GroupDeps;
  /** By route and group key. */
  readonly #groups = new Map<Route, Map<string, AggregationGroup>>();

  constructor(deps: GroupDeps, route: Route) {
    this.#deps = deps;
    this.#route = route;
  }

  get groupCount(): number {
    let count = 0;
    for (const groups of this.#groups.values()) count += groups.size;
    return count;
  }

  /** The groups of all routes, by key. */
  groups(): readonly AggregationGroup[] {
    return [...this.#groups.values()].flatMap((groups) => [...groups.values()]);
  }

  dispatch(alert: Alert): void {
    for (const route of matchRoutes(this.#route, alert.labels)) {
      this.#groupOf(route, alert).insert(alert);
    }
  }

  /** Lets go of groups that have nothing left. */
  collect(): void {
    for (const groups of this.#groups.values()) {
      for (const [key, group] of groups) {
        if (!group.isEmpty) continue;
        group.stop();
        groups.delete(key);
      }
    }
  }

  /** No group begins to tell of itself any more; what is being sent goes on. */
  stop(): void {
    for (const group of this.groups()) group.stop();
  }

  #groupOf(route: Route, alert: Alert): AggregationGroup {
    const groups = this.#groups.get(route) ?? new Map<string, AggregationGroup>();
    this.#groups.set(route, groups);
    const group = groupLabelsOf(route.options, alert.labels);
    const key = groupKeyOf(route, group);
    const known = groups.get(key);
    if (known !== undefined) return known;
    const made = new AggregationGroup(this.#deps, route, { key, group });
    groups.set(key, made);
    return made;
  }
}
