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
