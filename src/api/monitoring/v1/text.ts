/** The forms of text and numbers that all kinds of the group share. */

import { int64, limited, oneOf, string } from "../../schema/schema.ts";

const durationPattern =
  "^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$";

/** Prometheus' form of a span of time, such as `1h30m`; may be empty. */
export const duration = limited(string, { pattern: durationPattern });
/** Such as `512MB`, in powers of two. */
export const byteSize = limited(string, {
  pattern: "(^0|([0-9]*[.])?[0-9]+((K|M|G|T|E|P)i?)?B)$",
});
export const httpUrl = limited(string, { pattern: "^(http|https)://.+$" });
export const nonEmpty = limited(string, { minLength: 1 });
/** A limit; zero is none. */
export const count = limited(int64, { minimum: 0 });

export const scheme = oneOf("http", "https", "HTTP", "HTTPS");
export const scrapeProtocol = oneOf(
  "PrometheusProto",
  "OpenMetricsText0.0.1",
  "OpenMetricsText1.0.0",
  "PrometheusText0.0.4",
  "PrometheusText1.0.0",
);
