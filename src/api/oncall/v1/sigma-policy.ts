import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  atomicListOf,
  boolean,
  double,
  field,
  int32,
  keyedListOf,
  limited,
  mapOf,
  oneOf,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { kind, type } from "./package.ts";
import { statusFields } from "./status.ts";
import { duration, label, nonEmpty } from "./text.ts";

const atLeastZero = limited(double, { minimum: 0 });
const action = oneOf("record", "note", "ticket", "page", "page-both");

export const sigmaBaseline = type("SigmaBaseline", "What a series' normal is taken from.", {
  kind: field(
    oneOf("mean", "median", "seasonal"),
    "mean unless said otherwise; median for series with bursts; seasonal for those of the week.",
  ),
  window: field(duration, "How far back normal is looked for; 7d."),
  gap: field(duration, "What is left out right before the tested value; 10m."),
  dataMin: field(duration, "How much data the window holds before anything is judged; 1d."),
  spreadMin: field(atLeastZero, "The standard deviation is taken to be at least that; 0."),
  relativeSpreadMin: field(atLeastZero, "And at least this part of the mean; 0.05."),
});
export interface SigmaBaseline extends TypeOf<typeof sigmaBaseline> {}

export const sigmaLevel = type("SigmaLevel", "What a deviation of so many sigmas does.", {
  name: field(label, "Part of the alert's name and its label sigma_level.").required(),
  sigmas: field(atLeastZero, "The least threshold, in standard deviations; above 0.").required(),
  rule: field(
    limited(string, { pattern: "^[0-9]{1,4}/[0-9]{1,4}$" }),
    "How many of how many evaluations are beyond it, on one side: 3/5. 1/1 unless said otherwise.",
  ),
  action: field(action, "Whether it is recorded, a ticket or a page.").required(),
  backTested: field(
    boolean,
    "Whether the threshold is raised until the past would not have fired too often.",
  ),
});
export interface SigmaLevel extends TypeOf<typeof sigmaLevel> {}

export const sigmaBackTest = type("SigmaBackTest", "How quiet a page would have been.", {
  history: field(duration, "How far the back-test looks back; 28d."),
  firingsMax: field(limited(int32, { minimum: 0 }), "How often a page would have fired; 1."),
  quiet: field(duration, "Firings closer than that are one; 4h."),
});
export interface SigmaBackTest extends TypeOf<typeof sigmaBackTest> {}

export const sigmaPolicySpec = type("SigmaPolicySpec", "What is watched, and who is told.", {
  expr: field(nonEmpty, "PromQL: one or more series, each judged for itself.").required(),
  interval: field(duration, "How often it is evaluated; 1m."),
  baseline: field(sigmaBaseline, "What normal is taken from."),
  levels: field(keyedListOf(sigmaLevel, "name"), "What deviations do; s1 to s6 by default."),
  team: field(string, "The team that owns the series; without one nobody is paged."),
  runbookURL: field(string, "What to do; without it nobody is paged."),
  pageEligible: field(boolean, "Whether the series are what users feel. Others open tickets only."),
  agreeingAlert: field(string, "Alert, such as BurnRate, without which there is no page."),
  mode: field(
    oneOf("shadow", "active"),
    "shadow, unless said otherwise: it is only noted who would have been paged.",
  ),
  backTest: field(sigmaBackTest, "How quiet a page would have been."),
});
export interface SigmaPolicySpec extends TypeOf<typeof sigmaPolicySpec> {}

export const sigmaLevelResult = type("SigmaLevelResult", "What one level would have done.", {
  name: field(string, "Name of the level.").required(),
  action: field(action, "What it does.").required(),
  thresholdMin: field(double, "The lowest threshold of a series, in standard deviations."),
  thresholdMax: field(double, "The highest threshold of a series."),
  firings: field(int32, "How often it would have fired, over all series.").required(),
  perDayMax: field(double, "The upper limit of firings a day that are to be expected."),
});
export interface SigmaLevelResult extends TypeOf<typeof sigmaLevelResult> {}

export const sigmaSeriesResult = type("SigmaSeriesResult", "What one series would have done.", {
  labels: field(mapOf(string), "Labels of the series.").required(),
  pages: field(int32, "How often somebody would have been paged.").required(),
  lastPageTime: field(time, "When that would have been the case last."),
  obstacles: field(atomicListOf(string), "Why it may not page yet; none when it may."),
});
export interface SigmaSeriesResult extends TypeOf<typeof sigmaSeriesResult> {}

export const sigmaBackTestResult = type("SigmaBackTestResult", "What the back-test found.", {
  time: field(time, "When the stored data was looked through.").required(),
  history: field(string, "How far it looked back.").required(),
  pages: field(int32, "How often somebody would have been paged in that time.").required(),
  seriesCount: field(int32, "Series of the expression.").required(),
  pagingSeriesCount: field(int32, "Series whose past allows them to page.").required(),
  levels: field(keyedListOf(sigmaLevelResult, "name"), "By level, over all series."),
  series: field(atomicListOf(sigmaSeriesResult), "By series; those with most pages."),
});
export interface SigmaBackTestResult extends TypeOf<typeof sigmaBackTestResult> {}

export const sigmaPolicyStatus = type("SigmaPolicyStatus", "What has become of it.", {
  ...statusFields,
  backTest: field(sigmaBackTestResult, "What the past says of it."),
});
export interface SigmaPolicyStatus extends TypeOf<typeof sigmaPolicyStatus> {}

export const sigmaPolicy = kind(
  "SigmaPolicy",
  "Watches series by how many standard deviations they are from their own normal.",
  {
    metadata: field(objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(sigmaPolicySpec, "What is watched, and who is told.").required(),
    status: field(sigmaPolicyStatus, "What has become of it."),
  },
  {
    name: "sigmapolicies",
    singular: "sigmapolicy",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["sigma"],
    categories: ["oncall"],
    subresources: { status: statusSubresource("SigmaPolicy") },
  },
);
export interface SigmaPolicy extends TypeOf<typeof sigmaPolicy> {}
