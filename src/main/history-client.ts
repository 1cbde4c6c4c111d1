/** The past of series, asked of a server by HTTP. */
import type { HistoryServer, OpenHistory } from "#cli";
import { realClock, realDisk, realHttpConnector } from "#host";
import { openServerApi } from "#promtool";
import { labelsOf } from "#series";

/** Opens nothing yet; a server that cannot be reached is told of by the first query. */
export async function openHistoryClient(
  server: HistoryServer,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<OpenHistory> {
  const api = await openServerApi(server, {
    clock: realClock,
    connector: realHttpConnector,
    disk: realDisk,
    env: (name) => env[name],
    signal,
  });
  return {
    async range(expr, range) {
      const { value } = await api.queryRange(expr, range);
      return value.streams.map(({ metric, values }) => ({
        labels: labelsOf(metric),
        timestampsMs: values.map(({ timeS }) => Math.round(timeS * 1_000)),
        values: values.map((point) => point.value),
      }));
    },
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  };
}
