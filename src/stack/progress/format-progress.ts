/** Progress as people see it, in the words of `docker stack deploy`. */
import { describeProblem } from "./explain-failure.ts";
import type { ServiceProgress } from "./service-progress.ts";

const words = {
  absent: "Waiting",
  updating: "Pending",
  running: "Ready",
  complete: "Completed",
  failed: "Failed",
} as const;

/** `db: Ready [pod status: 1/1 ready, 0/1 pending, 0/1 failed]`, names and states aligned. */
export function formatProgress(services: readonly ServiceProgress[]): readonly string[] {
  const width = Math.max(...services.map(({ service }) => service.length)) + 2;
  return services.map((progress) => {
    const { service, state, ready, failed, wanted } = progress;
    const pending = Math.max(0, wanted - ready - failed);
    const of = (count: number, what: string) => `${count}/${wanted} ${what}`;
    const counts = [of(ready, "ready"), of(pending, "pending"), of(failed, "failed")].join(", ");
    const pods = wanted === 0 ? "" : ` [pod status: ${counts}]`;
    const name = `${service}:`.padEnd(width);
    return `${name}${words[state].padEnd(9)}${pods}${problemOf(progress)}`.trimEnd();
  });
}

/** `db: Ready`, for whoever keeps all lines: only those that are new. */
export function formatNews(
  services: readonly ServiceProgress[],
  before: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const lines = services.map((progress): readonly [string, string] => [
    progress.service,
    `${progress.service}: ${words[progress.state]}${problemOf(progress)}`,
  ]);
  return new Map(lines.filter(([service, line]) => before.get(service) !== line));
}

function problemOf({ problem }: ServiceProgress): string {
  return problem === undefined ? "" : ` (${describeProblem(problem)})`;
}
