/** Why somebody was not told of an alert. Every cause is recorded: "why was nobody paged" has an answer. */
export type Suppression =
  | {
      readonly cause: "inhibited";
      readonly by: readonly string[];
      readonly rules: readonly string[];
    }
  | { readonly cause: "silenced"; readonly by: readonly string[] }
  | { readonly cause: "muted"; readonly by: readonly string[] }
  | { readonly cause: "inactive"; readonly outside: readonly string[] }
  | { readonly cause: "unchanged" };

/** Hears of each alert that a notification left out, and of whole groups. */
export type OnSuppressed = (
  suppressed: {
    readonly groupKey: string;
    readonly receiver: string;
    readonly fingerprints: readonly string[];
  } & Suppression,
) => void;
