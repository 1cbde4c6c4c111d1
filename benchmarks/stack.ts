/**
 * Loading and converting a Compose file of 100 services, the start of the process included: what
 * `wherry stack convert` takes from its first to its last byte. Prints one line of JSON.
 *
 *   node benchmarks/stack.ts [rounds]
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";

const rounds = Number(process.argv[2] ?? 20);
const serviceCount = 100;
const bin = path.resolve(import.meta.dirname, "../dist/bin.js");
if (!existsSync(bin)) throw new Error("the program is not built: ./wherry version builds it");

const directory = mkdtempSync(path.join(tmpdir(), "wherry-bench-"));
const file = path.join(directory, "compose.yaml");
writeFileSync(file, composeFile());
measure("the program alone: wherry version", ["version"]);
measure(`wherry stack convert, ${serviceCount} services`, ["stack", "convert", "-c", file, "big"]);
rmSync(directory, { recursive: true });

function measure(what: string, words: readonly string[]): void {
  const tookMs = Array.from({ length: rounds }, () => {
    const startMs = performance.now();
    const ended = spawnSync(process.execPath, [bin, ...words], { maxBuffer: 1 << 26 });
    if (ended.status !== 0) throw new Error(String(ended.stderr));
    return performance.now() - startMs;
  }).sort((one, other) => one - other);
  const at = (part: number) => Math.round(tookMs[Math.floor((rounds - 1) * part)] ?? 0);
  console.log(JSON.stringify({ what, rounds, leastMs: at(0), medianMs: at(0.5), mostMs: at(1) }));
}

/** What people write, a hundred times: variables, ports, a health check, a volume, a dependency. */
function composeFile(): string {
  const names = Array.from({ length: serviceCount }, (_, index) => index);
  const services = names.map(
    (index) => `  service${index}:
    image: registry.example.com/team/service${index}:1.\${MINOR:-0}
    command: ["serve", "--port", "80"]
    environment:
      NAME: service${index}
      LEVEL: \${LEVEL:-info}
      DATABASE: postgres://db\${SUFFIX:-}:5432/app
    ports: ["${9000 + index}:80"]
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost/"]
      interval: 10s
    deploy:
      replicas: 2
      resources: {limits: {cpus: "0.5", memory: 64M}}
    networks: [front, back]
    volumes: ["data${index}:/data"]${index === 0 ? "" : `\n    depends_on: [service${index - 1}]`}`,
  );
  const volumes = names.map((index) => `  data${index}:`);
  return ["services:", ...services, "networks: {front: , back: }", "volumes:", ...volumes, ""].join(
    "\n",
  );
}
