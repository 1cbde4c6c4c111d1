import assert from "node:assert/strict";
import { test } from "node:test";
import { bestOf } from "../routes/search.ts";
import { readSearch } from "./search-parameters.ts";
import { containment, jaroWinkler, type Scorer, subsequence } from "./similarity.ts";

const scorers: Readonly<Record<string, (term: string) => Scorer>> = {
  part: containment,
  sub: subsequence,
  jw: jaroWinkler,
};

// Each row: how, the term, the candidate, and the score to four places.
const scores: readonly (readonly [string, string, string, string])[] = [
  ["part", "abc", "abcdef", "1.0000"],
  ["part", "def", "abcdef", "0.1000"],
  ["part", "c", "abcdef", "0.6400"],
  ["part", "x", "abcdef", "0.0000"],
  ["part", "ü", "äöüß", "0.4000"],
  ["sub", "abc", "abcdef", "1.0000"],
  ["sub", "acd", "abcd", "0.5272"],
  ["sub", "cpu", "node_cpu", "0.9296"],
  ["sub", "nc", "node_cpu", "0.3434"],
  ["sub", "cn", "node_cpu", "0.0000"],
  ["sub", "aaa", "aa", "0.0000"],
  ["sub", "öß", "äöüß", "0.3746"],
  ["jw", "martha", "marhta", "0.9611"],
  ["jw", "dixon", "dicksonx", "0.8133"],
  ["jw", "dwayne", "duane", "0.8400"],
  ["jw", "abc", "xyz", "0.0000"],
  ["jw", "abc", "abc", "1.0000"],
];

test("scores are as upstream's", () => {
  for (const [how, term, candidate, want] of scores) {
    const score = scorers[how]?.(term)(candidate) ?? Number.NaN;
    assert.equal(score.toFixed(4), want, `${how} ${term} ${candidate}`);
  }
});

const names = ["go_gc", "go_info", "node_cpu", "node_load", "up"];

// Each row: what is asked, and which names come; `+` when there are more.
const searches: readonly (readonly [string, string])[] = [
  ["", "go_gc go_info node_cpu node_load up"],
  ["limit=2", "go_gc go_info +"],
  ["limit=5", "go_gc go_info node_cpu node_load up"],
  ["sort_by=alpha&sort_dir=dsc&limit=2", "up node_load +"],
  ["search[]=no", "go_info node_cpu node_load"],
  ["search[]=no&sort_by=score", "node_cpu node_load go_info"],
  ["search[]=no&fuzz_threshold=50", "node_cpu node_load"],
  ["search[]=no&search[]=up", "go_info node_cpu node_load up"],
  ["search[]=NO", ""],
  ["search[]=NO&case_sensitive=false", "go_info node_cpu node_load"],
  ["search[]=node_laod&fuzz_alg=jarowinkler", ""],
  ["search[]=node_laod&fuzz_alg=jarowinkler&fuzz_threshold=90", "node_load"],
  ["search[]=", "go_gc go_info node_cpu node_load up"],
];

test("names are found by what they are like", () => {
  for (const [query, want] of searches) {
    const { hits, hasMore } = bestOf(names, read(query));
    const shown = [...hits.map(({ text }) => text), ...(hasMore ? ["+"] : [])].join(" ");
    assert.equal(shown, want, query);
  }
});

const refusals: readonly (readonly [string, string])[] = [
  ["start=2&end=1", "end timestamp must not be before start timestamp"],
  ["fuzz_threshold=101", 'invalid fuzz_threshold "101": must be 0-100'],
  ["fuzz_alg=x", 'unsupported fuzz_alg "x": must be one of [subsequence jarowinkler]'],
  ["case_sensitive=maybe", 'invalid case_sensitive "maybe": must be boolean'],
  ["sort_dir=asc", "sort_dir is only valid when sort_by is set"],
  ["sort_by=score&sort_dir=asc", "sort_dir is not supported for sort_by=score"],
  ["sort_by=alpha&sort_dir=up", 'invalid sort_dir "up": must be "asc" or "dsc"'],
  ["sort_by=score", "sort_by=score requires search[] to be set"],
  ["sort_by=x", 'invalid sort_by "x" for names: must be "alpha" or "score"'],
  ["limit=0", 'invalid limit "0": must be a positive integer'],
  ["limit=1001", "limit 1001 exceeds the configured maximum (1000, see --web.search.max-limit)"],
  ["batch_size=x", 'invalid batch_size "x": must be a positive integer'],
  [
    Array.from({ length: 33 }, () => "search[]=a").join("&"),
    "too many search[] terms: got 33, maximum is 32",
  ],
  [`search[]=${"a".repeat(1_025)}`, "search[] terms must not be longer than 1024 characters"],
];

test("what makes no sense is refused", () => {
  for (const [query, message] of refusals) assert.throws(() => read(query), { message }, query);
});

function read(query: string) {
  const peer = { address: undefined, certificate: undefined };
  const received = { method: "GET", target: "/", headers: {}, body: undefined, peer };
  const request = {
    received,
    target: "/",
    path: new Map(),
    form: new URLSearchParams(query),
    nowMs: 1e12,
  };
  return readSearch(request, "names", 1_000);
}
