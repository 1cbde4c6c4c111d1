export {
  type EmbeddedStore,
  type EmbeddedStoreOptions,
  openStore,
  type StoreFacts,
} from "./embedded-store.ts";
export { MemoryLog } from "./memory-log.ts";
export { openMemoryStore } from "./memory-store.ts";
export type { LogHead, LogRecord, RecordVisitor, RevisionLog } from "./revision-log.ts";
export {
  type Commit,
  CompactedError,
  type Condition,
  FutureRevisionError,
  type Range,
  type RangeOptions,
  SlowWatcherError,
  type Store,
  type Stored,
  type StoreEvent,
  type Write,
  writesPerCommitMax,
} from "./store.ts";
