/** What the alerting part's API answers, as far as the pages show it. */
import type { LabelRecord } from "../api/types.ts";

export interface AlertingAlert {
  readonly labels: LabelRecord;
  readonly annotations: LabelRecord;
  readonly fingerprint: string;
  readonly startsAt: string;
  readonly generatorURL: string;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: {
    readonly state: "active" | "suppressed" | "unprocessed";
    readonly silencedBy: readonly string[];
    readonly inhibitedBy: readonly string[];
    readonly mutedBy: readonly string[];
  };
}

export interface AlertGroup {
  readonly labels: LabelRecord;
  readonly receiver: { readonly name: string };
  readonly alerts: readonly AlertingAlert[];
}

export interface Matcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

export interface NewSilence {
  readonly matchers: readonly Matcher[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly createdBy: string;
  readonly comment: string;
}

export interface Silence extends NewSilence {
  readonly id: string;
  readonly status: { readonly state: "active" | "pending" | "expired" };
  readonly updatedAt: string;
}

export interface AlertingStatus {
  readonly uptime: string;
  readonly config: { readonly original: string };
  readonly versionInfo: { readonly version: string };
  readonly cluster: { readonly status: string };
}
