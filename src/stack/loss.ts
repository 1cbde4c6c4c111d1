import { formatPlace, type Place } from "#compose";

/** An attribute that the cluster does not honour as written. */
export interface Loss {
  /** `services.web.cgroup_parent` */
  readonly attribute: string;
  readonly place: Place;
  /** `ignored`: without effect. `changed`: with another effect. */
  readonly effect: "ignored" | "changed";
  /** Why, and what to do instead where there is something. */
  readonly reason: string;
}

/** `docker-compose.yml:7:5: services.web.cgroup_parent is ignored: …` */
export function formatLoss({ attribute, place, effect, reason }: Loss): string {
  return `${formatPlace(place)}: ${attribute} is ${effect}: ${reason}`;
}
