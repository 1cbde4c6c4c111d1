import assert from "node:assert/strict";
import { test } from "node:test";
import { contains, formatCidr, formatIpv4, overlaps, parseCidr, parseIpv4 } from "./address.ts";

const cidr = (text: string) => {
  const parsed = parseCidr(text);
  assert.ok(parsed !== undefined, text);
  return parsed;
};

test("an address survives parsing and formatting; anything else is refused", () => {
  for (const text of ["0.0.0.0", "10.42.1.7", "255.255.255.255"]) {
    assert.equal(formatIpv4(parseIpv4(text) ?? -1), text);
  }
  for (const text of ["", "1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4.5", "::1", "1.2.3.4 "]) {
    assert.equal(parseIpv4(text), undefined, text);
  }
});

test("a range has no host bits and a length of at most 32", () => {
  assert.equal(formatCidr(cidr("10.42.0.0/16")), "10.42.0.0/16");
  for (const text of ["10.42.0.1/16", "10.42.0.0", "10.42.0.0/33", "10.42.0.0/1/2", "10.0.0.0/x"]) {
    assert.equal(parseCidr(text), undefined, text);
  }
});

test("ranges overlap when one holds a part of the other", () => {
  const rows: readonly (readonly [string, string, boolean])[] = [
    ["10.42.0.0/16", "10.42.7.0/24", true],
    ["10.0.0.0/8", "10.255.0.0/16", true],
    ["10.42.0.0/16", "10.43.0.0/16", false],
    ["128.0.0.0/1", "255.0.0.0/8", true],
  ];
  for (const [left, right, expected] of rows) {
    assert.equal(overlaps(cidr(left), cidr(right)), expected, `${left} ${right}`);
    assert.equal(overlaps(cidr(right), cidr(left)), expected, `${right} ${left}`);
  }
  assert.equal(contains(cidr("10.42.0.0/16"), "10.42.255.255"), true);
  assert.equal(contains(cidr("10.42.0.0/16"), "10.43.0.0"), false);
});
