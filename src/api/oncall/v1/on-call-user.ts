import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  atomicListOf,
  field,
  standardVerbs,
  statusSubresource,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { contactMethod } from "./contact-method.ts";
import { kind, type } from "./package.ts";
import { acceptanceStatus } from "./status.ts";
import { duration, nonEmpty, wallTime } from "./text.ts";

export const notificationRule = type("NotificationRule", "When a contact method is used.", {
  contact: field(nonEmpty, "Id of the contact method.").required(),
  after: field(duration, "How long after the user is paged.").required(),
});
export interface NotificationRule extends TypeOf<typeof notificationRule> {}

export const absence = type("Absence", "The user is passed over for a while.", {
  from: field(wallTime, "When it begins, by the user's wall clock: 2026-07-01.").required(),
  until: field(wallTime, "When it is over.").required(),
});
export interface Absence extends TypeOf<typeof absence> {}

export const onCallUserSpec = type("OnCallUserSpec", "A person, and how to reach them.", {
  fullName: field(string, "What people call them; the object's name by default."),
  timeZone: field(nonEmpty, "Zone of their times: Europe/Berlin. UTC by default."),
  contacts: field(atomicListOf(contactMethod), "Ways to reach them."),
  rules: field(
    atomicListOf(notificationRule),
    "By which, how long after they are paged; by all of them at once by default.",
  ),
  away: field(atomicListOf(absence), "When they are passed over in their rotations."),
});
export interface OnCallUserSpec extends TypeOf<typeof onCallUserSpec> {}

export const onCallUser = kind(
  "OnCallUser",
  "A person who can be on call, and how to reach them.",
  {
    metadata: field(objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(onCallUserSpec, "A person, and how to reach them.").required(),
    status: field(acceptanceStatus, "What has become of it."),
  },
  {
    name: "oncallusers",
    singular: "oncalluser",
    namespaced: true,
    verbs: standardVerbs,
    categories: ["oncall"],
    subresources: { status: statusSubresource("OnCallUser") },
  },
);
export interface OnCallUser extends TypeOf<typeof onCallUser> {}
