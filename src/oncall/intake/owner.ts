/** Whose alerts they are, when their sender does not say: services belong to teams, and so do labels. */
import type { Roster, Service } from "../roster.ts";
import { type Fields, objectIn, objectsIn, textIn } from "./decode-fields.ts";

/**
 * The service that a group of alerts is about: that of the label `team`, of several the one that the
 * label `service` names, else the team's first. Without a team the service of that name. What belongs
 * to nobody belongs to those who own paging.
 */
export function findOwner(roster: Roster, body: Fields): Service | undefined {
  const team = labelIn(body, "team");
  const named = roster.services.get(labelIn(body, "service"));
  const ofTeam = [...roster.services.values()].filter((service) => service.team === team);
  if (ofTeam.length > 0) {
    return named?.team === team ? named : (roster.services.get(team) ?? ofTeam[0]);
  }
  return named ?? roster.services.get(roster.ownService ?? "");
}

/** A label of the group, of all its alerts, or of the first. */
function labelIn(body: Fields, name: string): string {
  const [first = {}] = objectsIn(body, "alerts");
  const places = [
    objectIn(body, "groupLabels"),
    objectIn(body, "commonLabels"),
    objectIn(first, "labels"),
  ];
  return places.map((labels) => textIn(labels, name)).find((value) => value !== "") ?? "";
}
