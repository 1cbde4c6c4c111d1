import { type EmbeddedStore, type EmbeddedStoreOptions, openStore } from "./embedded-store.ts";
import { MemoryLog } from "./memory-log.ts";

/** Opens an empty store that lasts as long as the process. */
export function openMemoryStore(options: EmbeddedStoreOptions = {}): Promise<EmbeddedStore> {
  return openStore(new MemoryLog(), options);
}
