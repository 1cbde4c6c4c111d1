import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.api.policy.v1",
  group: "policy",
  version: "v1",
});
