/** Whom to page when, as long as nobody has acknowledged. */
import type { Team } from "../roster.ts";
import { minuteMs } from "../schedule/wall-clock.ts";

/** Who a step pages. */
export type Target =
  | { readonly kind: "user"; readonly user: string }
  /** Whoever is on call. */
  | { readonly kind: "schedule"; readonly schedule: string }
  /** Whoever comes after the one on call. */
  | { readonly kind: "next"; readonly schedule: string }
  | { readonly kind: "team"; readonly team: string }
  | { readonly kind: "managers"; readonly team: string };

export interface Step {
  /** Counted from the start of the round. */
  readonly afterMs: number;
  readonly targets: readonly Target[];
}

export interface Policy {
  readonly name: string;
  /** At least one; the delays only grow. */
  readonly steps: readonly Step[];
  /** How many rounds follow the first while nobody acknowledges. */
  readonly repeatCount: number;
  /** From the last step to the next round, or to giving up. */
  readonly repeatAfterMs: number;
  /** How long an acknowledgement holds until everybody is paged again; 0 for ever. */
  readonly acknowledgeTimeoutMs: number;
}

/** What the policy of a team is made of that has none of its own. */
export interface DefaultPolicyParts {
  readonly team: string;
  readonly primary: string;
  /** Without one, the next in the primary's rotation is the backup. */
  readonly backup: string | undefined;
}

/**
 * The policy of a team that says nothing else: at 0:00 the primary, at 5:00 the backup, at 10:00 the
 * team and its managers, and then again, up to three times.
 */
export function defaultPolicy({ team, primary, backup }: DefaultPolicyParts): Policy {
  const second: Target =
    backup === undefined
      ? { kind: "next", schedule: primary }
      : { kind: "schedule", schedule: backup };
  return {
    name: `${team} (default)`,
    steps: [
      { afterMs: 0, targets: [{ kind: "schedule", schedule: primary }] },
      { afterMs: 5 * minuteMs, targets: [second] },
      {
        afterMs: 10 * minuteMs,
        targets: [
          { kind: "team", team },
          { kind: "managers", team },
        ],
      },
    ],
    repeatCount: 3,
    repeatAfterMs: 5 * minuteMs,
    acknowledgeTimeoutMs: 30 * minuteMs,
  };
}

/**
 * The same policy for what cannot wait: whoever the first two steps page is paged at once, the
 * managers of the team when the second step would have been due, and the rest in its time.
 */
export function bothAtOnce(policy: Policy, team: Pick<Team, "name" | "managers">): Policy {
  const [first, second, ...later] = policy.steps;
  if (first === undefined || second === undefined) return policy;
  const both = { afterMs: first.afterMs, targets: [...first.targets, ...second.targets] };
  const managers: Step = {
    afterMs: second.afterMs,
    targets: [{ kind: "managers", team: team.name }],
  };
  // A step of nobody would be skipped at once, and whoever comes later would not have their time.
  const between = team.managers.length === 0 ? [] : [managers];
  return { ...policy, steps: [both, ...between, ...later] };
}
