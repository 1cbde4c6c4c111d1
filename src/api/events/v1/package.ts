import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.api.events.v1",
  group: "events.k8s.io",
  version: "v1",
});
