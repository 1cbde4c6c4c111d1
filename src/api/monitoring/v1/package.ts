import { declarationsOf } from "../../schema/schema.ts";

/** The Prometheus Operator's kinds, as its CustomResourceDefinitions (0.93) declare them. */
export const { type, kind } = declarationsOf({
  openApi: "com.coreos.monitoring.v1",
  group: "monitoring.coreos.com",
  version: "v1",
  isCustom: true,
});
