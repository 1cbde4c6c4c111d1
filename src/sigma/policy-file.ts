/**
 * A file of policies. What an entry leaves out is as `policyDefault` has it; durations are written as
 * in PromQL.
 */
import {
  bool,
  choice,
  ConfigError,
  decodeDocument,
  Decoding,
  durationMs,
  field,
  float,
  integer,
  list,
  optional,
  parsed,
  readYaml,
  struct,
  text,
  type ValueOf,
  type YamlType,
} from "#promconfig";
import type { BurnRatePolicy } from "./burn-rate.ts";
import {
  backTestDefault,
  baselineDefault,
  levelsDefault,
  policyDefault,
  type SigmaLevel,
  type SigmaPolicy,
} from "./policy.ts";
import type { RunRule } from "./run-rule.ts";

export interface PolicyFile {
  readonly policies: readonly SigmaPolicy[];
  readonly burnRates: readonly BurnRatePolicy[];
}

/** Parses the text of a file. Throws a `ConfigError` with the place of what is wrong. */
export function parsePolicyFile(source: string): PolicyFile {
  const decoding = new Decoding(undefined);
  const file = decodeDocument(
    fileType,
    { root: readYaml(source), whenEmpty: fileType.initial },
    decoding,
  );
  const names = new Set<string>();
  for (const policy of [...file.sigmaPolicies, ...file.burnRatePolicies]) {
    if (names.has(policy.name)) {
      const position = decoding.placeOf(policy);
      throw new ConfigError(`policy "${policy.name}" is there twice`, { position });
    }
    names.add(policy.name);
  }
  return {
    policies: file.sigmaPolicies.map(policyOf),
    burnRates: file.burnRatePolicies.map(({ team, runbookUrl, ...rest }) => ({
      ...rest,
      team: orNothing(team),
      runbookUrl: orNothing(runbookUrl),
    })),
  };
}

/** One of a few words, which stands for itself. */
function oneOf<const W extends string>(words: readonly [W, ...W[]], what: string) {
  return choice(
    words,
    (word) => `unknown ${what} "${word}", one of ${words.join(", ")} is expected`,
  );
}

const ruleType: YamlType<RunRule> = parsed<RunRule>({
  goType: "a rule such as 3/5",
  zero: { beyond: 1, of: 1 },
  parse: (words) => {
    const [, beyond = "", of = ""] = /^(\d{1,4})\/(\d{1,4})$/.exec(words) ?? [];
    const rule = { beyond: Number(beyond), of: Number(of) };
    if (rule.beyond >= 1 && rule.of >= rule.beyond) return rule;
    throw new Error(`"${words}" is no rule; 3/5 stands for three of five evaluations`);
  },
  format: ({ beyond, of }) => `${beyond}/${of}`,
  isEmpty: () => false,
});

const levelParts = {
  name: field("name", text),
  sigmas: field("sigmas", float),
  rule: field("rule", ruleType),
  action: field("action", oneOf(["record", "note", "ticket", "page", "page-both"], "action")),
  isBackTested: field("back_tested", bool),
} as const;

const levelType = struct("a level", levelParts, {
  check: ({ name, sigmas, action }) => {
    if (!isLabel(name)) return `"${name}" cannot be a level's name: ${labelRule}`;
    if (action === "") return `level "${name}" has no action`;
    return sigmas > 0 ? undefined : `level "${name}" needs a threshold in sigmas above 0`;
  },
});

const baselineType = struct(
  "a baseline",
  {
    kind: field("kind", oneOf(["mean", "median", "seasonal"], "baseline"), baselineDefault.kind),
    windowMs: field("window", durationMs, baselineDefault.windowMs),
    gapMs: field("gap", durationMs, baselineDefault.gapMs),
    dataMsMin: field("data_min", durationMs, baselineDefault.dataMsMin),
    spreadMin: field("spread_min", float, baselineDefault.spreadMin),
    relativeSpreadMin: field("relative_spread_min", float, baselineDefault.relativeSpreadMin),
  },
  {
    check: ({ windowMs, dataMsMin, spreadMin, relativeSpreadMin }) => {
      if (windowMs < dataMsMin) return "data_min is longer than the window";
      return spreadMin < 0 || relativeSpreadMin < 0 ? "a spread cannot be below 0" : undefined;
    },
  },
);

const backTestType = struct(
  "a back-test",
  {
    historyMs: field("history", durationMs, backTestDefault.historyMs),
    firingsMax: field("firings_max", integer, backTestDefault.firingsMax),
    quietMs: field("quiet", durationMs, backTestDefault.quietMs),
  },
  {
    check: ({ historyMs, firingsMax }) => {
      if (historyMs === 0) return "history is how far the back-test looks back, and cannot be 0";
      return firingsMax < 0 ? "firings_max cannot be below 0" : undefined;
    },
  },
);

const policyParts = {
  name: field("name", text),
  expr: field("expr", text),
  evaluationIntervalMs: field("interval", durationMs, policyDefault.evaluationIntervalMs),
  baseline: field("baseline", baselineType, baselineType.initial),
  levels: field("levels", optional(list(levelType))),
  team: field("team", text),
  runbookUrl: field("runbook_url", text),
  isPageEligible: field("page_eligible", bool),
  agreeingAlert: field("agreeing_alert", text),
  mode: field("mode", oneOf(["shadow", "active"], "mode"), policyDefault.mode),
  backTest: field("back_test", backTestType, backTestType.initial),
} as const;

const policyType = struct("a sigma policy", policyParts, {
  check: ({ name, expr, evaluationIntervalMs, levels, agreeingAlert }) => {
    if (!isPolicyName(name)) return `"${name}" cannot be a policy's name: ${labelRule}`;
    if (expr === "") return `policy "${name}" has no expr`;
    if (evaluationIntervalMs === 0) return `policy "${name}" needs an interval above 0`;
    if (agreeingAlert !== "" && !/^[^"\\\n]+$/.test(agreeingAlert)) {
      return `"${agreeingAlert}" cannot be an alert's name`;
    }
    const names = (levels ?? []).map((level) => level.name);
    const repeated = names.find((one, index) => names.indexOf(one) !== index);
    return repeated === undefined ? undefined : `policy "${name}" has level "${repeated}" twice`;
  },
});

const monthMs = 30 * 86_400_000;

const burnRateType = struct(
  "a burn-rate policy",
  {
    name: field("name", text),
    objective: field("objective", float),
    badExpr: field("bad_expr", text),
    totalExpr: field("total_expr", text),
    periodMs: field("period", durationMs, monthMs),
    team: field("team", text),
    runbookUrl: field("runbook_url", text),
  },
  {
    check: ({ name, objective, badExpr, totalExpr }) => {
      if (!isPolicyName(name)) return `"${name}" cannot be a policy's name: ${labelRule}`;
      if (!(objective > 0 && objective < 1)) {
        return `objective is the share of good events, between 0 and 1, such as 0.999`;
      }
      const silent = [badExpr, totalExpr].find((expr) => !expr.includes("$window"));
      return silent === undefined
        ? undefined
        : `bad_expr and total_expr need $window for the range`;
    },
  },
);

const fileType = struct("a policy file", {
  sigmaPolicies: field("sigma_policies", list(policyType)),
  burnRatePolicies: field("burn_rate_policies", list(burnRateType)),
});

const labelRule = "lower-case letters, digits and dashes, at most 63";

function isLabel(name: string): boolean {
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name);
}

/** Policies of a cluster's objects have their namespace and a slash before their name. */
function isPolicyName(name: string): boolean {
  const parts = name.split("/");
  return parts.length <= 2 && parts.every(isLabel);
}

function policyOf(entry: ValueOf<typeof policyParts>): SigmaPolicy {
  const { levels, baseline, mode, team, runbookUrl, agreeingAlert, ...rest } = entry;
  return {
    ...rest,
    // An empty word stands for one that was written without a value.
    baseline: { ...baseline, kind: baseline.kind === "" ? baselineDefault.kind : baseline.kind },
    mode: mode === "" ? policyDefault.mode : mode,
    levels: levels === undefined ? levelsDefault : levels.map(levelOf),
    team: orNothing(team),
    runbookUrl: orNothing(runbookUrl),
    agreeingAlert: orNothing(agreeingAlert),
  };
}

function levelOf({ action, ...rest }: ValueOf<typeof levelParts>): SigmaLevel {
  return { ...rest, action: action === "" ? "record" : action };
}

function orNothing(words: string): string | undefined {
  return words === "" ? undefined : words;
}
