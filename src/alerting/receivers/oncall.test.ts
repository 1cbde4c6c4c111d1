import assert from "node:assert/strict";
import { test } from "node:test";
import { ReceiverBench } from "./testing.ts";

test("on-call is given the group, and the service that the template says", async () => {
  const bench = new ReceiverBench("oncall_configs: [{service: '{{ .CommonLabels.team }}-api'}]");
  await bench.tell("+Down{team=web} -Slow{team=web}");
  const [group] = bench.taken;
  assert.equal(group?.service, "web-api");
  const { status, groupKey, groupLabels, alerts } = group?.body ?? {};
  assert.deepEqual(
    [status, groupKey, groupLabels],
    ["firing", '{}:{alertname="Down"}', { alertname: "Down" }],
  );
  assert.equal(Array.isArray(alerts) && alerts.length, 2);
});

test("without on-call in the program the configuration is refused", () => {
  assert.throws(
    () => new ReceiverBench("oncall_configs: [{}]", { onCall: "absent" }),
    /^ConfigError: oncall_configs: nobody is on call here without --oncall\.config-file$/,
  );
});
