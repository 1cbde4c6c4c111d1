/**
 * On-call of this very program: people, shifts and escalation. No address, no secret and no other
 * program is in between; what it is given is what Alertmanager's webhook says.
 */
import { ConfigError, bool, field, shownField, struct, text, type ValueOf } from "#promconfig";
import type { ReceiverKind } from "./receiver-kind.ts";

const parts = {
  sendsResolved: shownField("send_resolved", bool, true),
  /** A template; empty lets the labels of the alerts say whose they are. */
  service: field("service", text),
} as const;

export const oncallKind: ReceiverKind<ValueOf<typeof parts>> = {
  name: "oncall",
  type: struct("oncall.plain", parts),
  complete: (config) => config,
  open: ({ service }, { takeOnCall }) => {
    if (takeOnCall === undefined) {
      throw new ConfigError("oncall_configs: nobody is on call here without --oncall.config-file");
    }
    return async (message, signal) => {
      const { groupKey } = message.notification;
      const body = { ...message.body(0), version: "4", groupKey, truncatedAlerts: 0 };
      await takeOnCall({ service: message.address(service, "service"), body }, signal);
    };
  },
};
