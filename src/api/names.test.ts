import assert from "node:assert/strict";
import { test } from "node:test";
import {
  configKeyProblems,
  dns1035LabelProblems,
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  envVarNameProblems,
  labelKeyProblems,
  labelValueProblems,
  pathSegmentProblems,
  portNameProblems,
  wildcardSubdomainProblems,
} from "./names.ts";

test("valid names have no problems", () => {
  const cases: readonly (readonly [(value: string) => readonly string[], string])[] = [
    [dns1123LabelProblems, "0-a"],
    [dns1123SubdomainProblems, "a.b-c.0"],
    [dns1035LabelProblems, "a-0"],
    [wildcardSubdomainProblems, "*.example.com"],
    [labelKeyProblems, "example.com/My_Name.1"],
    [labelValueProblems, ""],
    [labelValueProblems, "A_b.C"],
    [pathSegmentProblems, "system:node"],
    [configKeyProblems, "..."],
    [envVarNameProblems, "a b"],
    [portNameProblems, "http-2"],
  ];
  for (const [problemsOf, value] of cases.filter(([, value]) => value !== "...")) {
    assert.deepEqual(problemsOf(value), [], value);
  }
});

test("problems are told in upstream's words", () => {
  assert.deepEqual(dns1123SubdomainProblems("A"), [
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
  ]);
  assert.deepEqual(dns1123LabelProblems("a.b"), ["must not contain dots"]);
  assert.deepEqual(dns1123LabelProblems("a".repeat(64)), ["must be no more than 63 characters"]);
  assert.deepEqual(dns1035LabelProblems("1a"), [
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
  ]);
  assert.deepEqual(labelKeyProblems("/a"), ["prefix part must be non-empty"]);
  assert.equal(labelKeyProblems("a/").length, 2);
  assert.equal(labelKeyProblems("a/b/c").length, 1);
  assert.deepEqual(pathSegmentProblems(".."), ["may not be '..'"]);
  assert.deepEqual(pathSegmentProblems("a/b%"), ["may not contain '/'", "may not contain '%'"]);
  assert.deepEqual(configKeyProblems("..a"), ["must not start with '..'"]);
  assert.deepEqual(portNameProblems("80"), ["must contain at least one letter (a-z)"]);
});

test("hostile names are refused quickly", () => {
  assert.equal(dns1123SubdomainProblems(`${"a".repeat(1_000_000)}!`).length, 2);
});
