import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.api.storage.v1",
  group: "storage.k8s.io",
  version: "v1",
});
