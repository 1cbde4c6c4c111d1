import assert from "node:assert/strict";
import { test } from "node:test";
import { listenersOn, programOf } from "./port-holder.ts";

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:192B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0
   1: 0100007F:192B 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0
   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0
`;

test("only the sockets that listen on the very port count", () => {
  assert.deepEqual(listenersOn(table, 6443), ["4711"]);
  assert.deepEqual(listenersOn(table, 80), ["4713"]);
  assert.deepEqual(listenersOn(table, 8080), []);
  assert.deepEqual(listenersOn("", 80), []);
});

test("a process is known by its program and its first arguments", () => {
  assert.equal(programOf("/usr/sbin/nginx\0-g\0daemon off;\0"), "nginx -g daemon off;");
  assert.equal(programOf(`node\0${"x".repeat(100)}\0`).length, 81);
});
