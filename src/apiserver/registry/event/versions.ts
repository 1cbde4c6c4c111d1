/** Events of `events.k8s.io` are those of the core group under newer names. */

import { type Event as CoreEvent, event as coreEvent } from "#api/core/v1";
import { type Event, event } from "#api/events/v1";
import { defineView, type VersionView } from "../version-view.ts";

export const eventView: VersionView = defineView({
  kind: event,
  storedKind: coreEvent,
  toStored: (object: Event): CoreEvent => ({
    apiVersion: "v1",
    kind: "Event",
    metadata: object.metadata ?? {},
    involvedObject: object.regarding ?? {},
    reason: object.reason,
    message: object.note,
    source: object.deprecatedSource,
    firstTimestamp: object.deprecatedFirstTimestamp,
    lastTimestamp: object.deprecatedLastTimestamp,
    count: object.deprecatedCount,
    type: object.type,
    eventTime: object.eventTime,
    series: object.series,
    action: object.action,
    related: object.related,
    reportingComponent: object.reportingController,
    reportingInstance: object.reportingInstance,
  }),
  fromStored: (stored: CoreEvent): Event => ({
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: stored.metadata,
    eventTime: stored.eventTime ?? "",
    series: stored.series === undefined ? undefined : seriesOf(stored.series),
    reportingController: stored.reportingComponent,
    reportingInstance: stored.reportingInstance,
    action: stored.action,
    reason: stored.reason,
    regarding: stored.involvedObject,
    related: stored.related,
    note: stored.message,
    type: stored.type,
    deprecatedSource: stored.source,
    deprecatedFirstTimestamp: stored.firstTimestamp,
    deprecatedLastTimestamp: stored.lastTimestamp,
    deprecatedCount: stored.count,
  }),
});

function seriesOf({ count = 0, lastObservedTime = "" }: NonNullable<CoreEvent["series"]>) {
  return { count, lastObservedTime };
}
