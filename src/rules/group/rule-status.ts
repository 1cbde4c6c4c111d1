/** How a rule fares: what the rules page shows of its last evaluation. */
export class RuleStatus {
  health: "ok" | "err" | "unknown" = "unknown";
  lastError = "";
  evaluationSeconds = 0;
  /** 0 before the first evaluation. */
  lastEvaluationMs = 0;

  succeed(): void {
    this.health = "ok";
    this.lastError = "";
  }

  fail(problem: string): void {
    this.health = "err";
    this.lastError = problem;
  }
}
