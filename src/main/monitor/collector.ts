/** What every mode does: find targets, scrape them, and send on what is appended. */
import type { Meters } from "#base";
import type { TargetFinder } from "#discovery";
import type { LoadedConfig } from "#promconfig";
import type { FamilyMetadata } from "#remote";
import { Scraper } from "#scrape";
import type { Appendable } from "#series";
import type { RunningPart } from "../run-parts.ts";
import type { OpenFinder } from "./finders.ts";
import type { MonitorDeps } from "./monitor.ts";
import { RemoteWrites } from "./remote-writes.ts";
import type { MonitorOptions } from "./settings.ts";

export interface CollectorParts {
  readonly store: Appendable;
  readonly meters: Meters;
  readonly openFinder: OpenFinder;
}

export class Collector {
  readonly scraper: Scraper;
  readonly remoteWrites: RemoteWrites;
  readonly targets: TargetFinder;

  constructor(deps: MonitorDeps, options: MonitorOptions, parts: CollectorParts) {
    this.scraper = createScraper(deps, options, parts);
    this.remoteWrites = new RemoteWrites({
      outbound: deps.outbound,
      disk: deps.disk,
      zstd: deps.zstd,
      clock: deps.clock,
      log: deps.log.child({ component: "remote write" }),
      storagePath: options.storagePath,
      userAgent: options.userAgent,
      meters: parts.meters,
      families: () => this.#families(),
    });
    this.targets = parts.openFinder("discovery", (found) => this.scraper.setTargets(found));
  }

  parts(): readonly RunningPart[] {
    return [
      { name: "discovery", run: (ending) => this.targets.run(ending) },
      { name: "remote write", run: (ending) => this.remoteWrites.run(ending) },
      { name: "scraping", run: (ending) => this.scraper.run(ending) },
    ];
  }

  *#families(): Generator<FamilyMetadata> {
    for (const { metric, metadata } of this.scraper.metadata()) yield { family: metric, metadata };
  }

  apply({ config, scrapeConfigs }: LoadedConfig): void {
    this.remoteWrites.apply(config);
    this.scraper.apply(scrapeConfigs);
    this.targets.apply(new Map(scrapeConfigs.map((job) => [job.jobName, job.discoveries])));
  }
}

function createScraper(
  { clock, log, outbound, gunzip, disk }: MonitorDeps,
  options: MonitorOptions,
  { store, meters }: CollectorParts,
): Scraper {
  return new Scraper(
    {
      clock,
      log: log.child({ component: "scrape" }),
      store,
      gunzip,
      outbound,
      disk,
      meters: meters,
    },
    {
      userAgent: options.userAgent,
      offsetSeed: options.offsetSeed,
      startTimestamps: startTimestampsOf(options),
      metadata: options.features.has("metadata-wal-records") ? "store" : "keep here",
      typeAndUnitLabels: options.features.has("type-and-unit-labels") ? "add" : "leave out",
      own: { listenPort: options.listenPort, externalUrl: options.externalUrl },
    },
  );
}

function startTimestampsOf({ features }: MonitorOptions): "ignore" | "zero sample" | "store" {
  if (features.has("st-storage")) return "store";
  return features.has("created-timestamp-zero-ingestion") ? "zero sample" : "ignore";
}
