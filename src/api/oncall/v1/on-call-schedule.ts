import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  atomicListOf,
  field,
  int32,
  limited,
  oneOf,
  setOf,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { kind, type } from "./package.ts";
import { statusFields } from "./status.ts";
import { date, duration, nonEmpty, timeOfDay, wallTime } from "./text.ts";

const weekday = oneOf("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday");

/** A stretch of time by the wall clock of the schedule's zone. */
const spanFields = {
  from: field(wallTime, "When it begins, by the wall clock: 2026-02-01 12:00.").required(),
  until: field(wallTime, "When it is over.").required(),
};

export const dutyTimes = type("DutyTimes", "Hours of some days in which a layer holds.", {
  weekdays: field(setOf(weekday), "The days on which they begin; every day by default."),
  from: field(timeOfDay, "When they begin: 20:00. Midnight by default."),
  until: field(timeOfDay, "When they end, maybe on the next day; midnight by default."),
});
export interface DutyTimes extends TypeOf<typeof dutyTimes> {}

export const rotationLayer = type("RotationLayer", "Users who take turns.", {
  name: field(string, "What it is called; layer and its number by default."),
  rotation: field(
    oneOf("hourly", "daily", "weekly", "custom"),
    "How long a turn is; weekly by default.",
  ),
  every: field(
    limited(int32, { minimum: 1, maximum: 1000 }),
    "How many hours, days or weeks a turn is; 1.",
  ),
  lengths: field(atomicListOf(duration), "Of a custom rotation: how long turns are, in a circle."),
  start: field(wallTime, "When the first turn begins, by the wall clock.").required(),
  members: field(
    limited(atomicListOf(nonEmpty), { minItems: 1 }),
    "Users, in the order of their turns.",
  ).required(),
  times: field(atomicListOf(dutyTimes), "Hours in which the layer holds; always by default."),
  from: field(wallTime, "When the layer begins to hold; at its start by default."),
  until: field(wallTime, "When it ends; never by default."),
});
export interface RotationLayer extends TypeOf<typeof rotationLayer> {}

export const scheduleOverride = type("ScheduleOverride", "Somebody else is on call for a while.", {
  user: field(string, "Who is on call; nobody by default."),
  replaces: field(string, "Only in the place of this user; of whoever by default."),
  ...spanFields,
});
export interface ScheduleOverride extends TypeOf<typeof scheduleOverride> {}

export const scheduleSwap = type("ScheduleSwap", "Two users take each other's turns for a while.", {
  users: field(
    limited(atomicListOf(nonEmpty), { minItems: 2, maxItems: 2 }),
    "The two users.",
  ).required(),
  ...spanFields,
});
export interface ScheduleSwap extends TypeOf<typeof scheduleSwap> {}

export const onCallScheduleSpec = type("OnCallScheduleSpec", "Who is on call when.", {
  timeZone: field(nonEmpty, "Zone of all its times: Europe/Berlin. UTC by default."),
  layers: field(
    atomicListOf(rotationLayer),
    "Users who take turns; a later layer wins where it has somebody.",
  ).required(),
  overrides: field(atomicListOf(scheduleOverride), "Exceptions; the latest wins."),
  swaps: field(atomicListOf(scheduleSwap), "Turns that are taken for one another."),
  holidays: field(setOf(date), "Dates on which no times begin: 2026-12-25."),
});
export interface OnCallScheduleSpec extends TypeOf<typeof onCallScheduleSpec> {}

export const onCallScheduleStatus = type("OnCallScheduleStatus", "What has become of it.", {
  ...statusFields,
  onCall: field(string, "Who is on call; absent when nobody is."),
  until: field(time, "When that changes; absent when it does not in the next weeks."),
  next: field(string, "Who is on call then; absent when nobody is."),
});
export interface OnCallScheduleStatus extends TypeOf<typeof onCallScheduleStatus> {}

export const onCallSchedule = kind(
  "OnCallSchedule",
  "Says who is on call when: rotations, and what people agreed on beside them.",
  {
    metadata: field(objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(onCallScheduleSpec, "Who is on call when.").required(),
    status: field(onCallScheduleStatus, "What has become of it."),
  },
  {
    name: "oncallschedules",
    singular: "oncallschedule",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["rota"],
    categories: ["oncall"],
    subresources: { status: statusSubresource("OnCallSchedule") },
  },
);
export interface OnCallSchedule extends TypeOf<typeof onCallSchedule> {}
