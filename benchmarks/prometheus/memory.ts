/** Memory that active series take, and how long a start takes with them. */
import { compare, type Figures, type Program, programs, round, startProgram } from "./programs.ts";
import { sendLoad } from "./write-load.ts";

const once = { rounds: 1, of: programs };

export async function measureMemory(): Promise<void> {
  await compare("memory at 100,000 series", once, (program, directory) =>
    measure(program, directory, { seriesCount: 100_000, sampleCount: 10 }),
  );
  await compare("memory and restart at 1,000,000 series", once, (program, directory) =>
    measure(program, directory, { seriesCount: 1_000_000, sampleCount: 4 }),
  );
}

async function measure(
  program: Program,
  directory: string,
  load: { readonly seriesCount: number; readonly sampleCount: number },
): Promise<Figures> {
  const running = await startProgram(program, directory);
  const message = "prometheus.WriteRequest";
  await sendLoad(running.url, { message, ...load, intervalMs: 15_000 });
  const residentMb = running.residentMb();
  await running.stop("SIGTERM");
  const again = await startProgram(program, directory);
  const restartSeconds = round(again.startSeconds);
  const restartCpuSeconds = round(again.cpuSeconds());
  const residentAgainMb = again.residentMb();
  await again.stop("SIGKILL");
  const afterKill = await startProgram(program, directory);
  const restartAfterKillSeconds = round(afterKill.startSeconds);
  await afterKill.stop("SIGKILL");
  const bytesPerSeries = Math.round((residentMb * 2 ** 20) / load.seriesCount);
  return {
    residentMb,
    bytesPerSeries,
    restartSeconds,
    restartCpuSeconds,
    restartAfterKillSeconds,
    residentAgainMb,
  };
}
