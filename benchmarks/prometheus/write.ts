/** Samples taken in by remote write. */
import {
  compare,
  type Figures,
  oursAlone,
  type Program,
  programs,
  round,
  startProgram,
} from "./programs.ts";
import { sendLoad, type WriteLoad } from "./write-load.ts";

const rounds = 3;
const first: WriteLoad = {
  message: "prometheus.WriteRequest",
  seriesCount: 50_000,
  sampleCount: 30,
  intervalMs: 15_000,
};
// Debian's Prometheus does not speak it.
const second: WriteLoad = { ...first, message: "io.prometheus.write.v2.Request" };

export async function measureWrites(): Promise<void> {
  await compare("remote write 1.0, 50,000 series", { rounds, of: programs }, measuring(first));
  await compare("remote write 2.0, 50,000 series", { rounds, of: oursAlone }, measuring(second));
}

function measuring(load: WriteLoad) {
  return async (program: Program, directory: string): Promise<Figures> => {
    const running = await startProgram(program, directory);
    const cpuBefore = running.cpuSeconds();
    const seconds = await sendLoad(running.url, load);
    const cpuSeconds = running.cpuSeconds() - cpuBefore;
    const residentMb = running.residentMb();
    await running.stop("SIGKILL");
    const samples = load.seriesCount * load.sampleCount;
    return {
      samplesPerSecond: round(samples / seconds),
      samplesPerCpuSecond: round(samples / cpuSeconds),
      residentMb,
    };
  };
}
