import { boolean, field, limited, string, type TypeOf } from "../../schema/schema.ts";
import { type } from "./package.ts";
import { secretSource } from "./secret-source.ts";
import { nonEmpty } from "./text.ts";

const phoneNumber = limited(string, { pattern: "^\\+[1-9][0-9]{6,14}$" });

export const contactMethod = type("ContactMethod", "A way to reach a user: one of its kinds.", {
  id: field(nonEmpty, "What rules call it; its kind by default."),
  email: field(nonEmpty, "An address."),
  sms: field(phoneNumber, "A number that gets text messages: +4930123456."),
  voice: field(phoneNumber, "A number that is called."),
  slack: field(nonEmpty, "Id of a user or channel."),
  telegram: field(nonEmpty, "Id of a chat."),
  ntfy: field(secretSource, "URL of a topic; whoever knows it may read along."),
  webhook: field(secretSource, "URL that gets JSON."),
  webPush: field(secretSource, "Subscription of a browser, as JSON."),
  verified: field(boolean, "Whether pages may go there; false until somebody there has said so."),
});
export interface ContactMethod extends TypeOf<typeof contactMethod> {}
