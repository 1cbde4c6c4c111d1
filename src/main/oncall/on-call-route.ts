import type { AlertmanagerPart } from "#operator";

/** No receiver of an object is called so: their names have a namespace and a name before them. */
const receiver = "on-call";

/**
 * Which alerts of a cluster are handed to the people on call: those whose severity asks for somebody. Whose
 * they are, their labels say. Objects' routes see them as well, and nobody hears of the others here: most
 * of what the cluster's own rules call critical is no reason to wake anybody.
 */
export const onCallRoute: AlertmanagerPart = {
  route: {
    receiver,
    matchers: ['severity=~"page-both|page|ticket|note"'],
    group_by: ["alertname", "team", "namespace", "service"],
    group_wait: "5s",
    group_interval: "1m",
    repeat_interval: "4h",
    continue: true,
    routes: [
      {
        // Deviations of one series are one incident, whatever their level.
        matchers: ['sigma_policy!=""'],
        group_by: ["sigma_policy", "sigma_series", "team"],
      },
    ],
  },
  receivers: [{ name: receiver, oncall_configs: [{}] }],
  inhibitRules: [],
  timeIntervals: [],
};
