export { event, eventSeries, type Event, type EventSeries } from "./event.ts";
