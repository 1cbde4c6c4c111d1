import { openStore } from "./embedded-store.ts";
import { MemoryLog } from "./memory-log.ts";
import { testStoreContract } from "./testing.ts";

testStoreContract({
  name: "memory",
  async open() {
    const log = new MemoryLog();
    let store = await openStore(log);
    return {
      get store() {
        return store;
      },
      async reopen() {
        await store.close();
        store = await openStore(log);
      },
      [Symbol.asyncDispose]: () => store.close(),
    };
  },
});
