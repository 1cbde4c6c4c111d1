import { field, type TypeOf } from "../../schema/schema.ts";
import { type } from "./package.ts";
import { nonEmpty } from "./text.ts";

export const secretKeyRef = type("SecretKeyRef", "One entry of a Secret of the same namespace.", {
  name: field(nonEmpty, "Name of the Secret.").required(),
  key: field(nonEmpty, "Key of the entry.").required(),
});
export interface SecretKeyRef extends TypeOf<typeof secretKeyRef> {}

/** Secrets are never said in the clear: whoever may read the object may not read them. */
export const secretSource = type("SecretSource", "Where a secret text is.", {
  secretKeyRef: field(secretKeyRef, "The entry of a Secret that holds it.").required(),
});
export interface SecretSource extends TypeOf<typeof secretSource> {}
