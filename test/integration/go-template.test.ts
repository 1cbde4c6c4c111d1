/** Asks Go itself about every template of our table, where Go is installed. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { readCases } from "#gotemplate/testing";

const program = `package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/template"
)

func main() {
	data := map[string]any{}
	json.Unmarshal([]byte(os.Args[1]), &data)
	funcs := template.FuncMap{
		"add":    func(a, b int) int { return a + b },
		"fail":   func(s string) (string, error) { return "", fmt.Errorf("refused: %s", s) },
		"half":   func(f float64) float64 { return f / 2 },
		"upper":  strings.ToUpper,
		"truth":  func(b bool) bool { return b },
		"labels": func() map[string]string { return map[string]string{"a": "1", "b": "2"} },
		"list":   func(a ...any) []any { return a },
		"fun": func() func(int, string) string {
			return func(a int, s string) string { return fmt.Sprint(a, s) }
		},
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var row struct{ Template, MissingKey string }
		json.Unmarshal(in.Bytes(), &row)
		var out strings.Builder
		t, err := template.New("t").Funcs(funcs).Option("missingkey=" + row.MissingKey).Parse(row.Template)
		if err == nil {
			err = t.Execute(&out, data)
		}
		outcome := out.String()
		if err != nil {
			outcome = "error " + err.Error()
		}
		encoded, _ := json.Marshal(outcome)
		fmt.Println(string(encoded))
	}
}
`;

const hasGo = spawnSync("go", ["version"]).status === 0;

test("Go makes of each template what the table says", { skip: !hasGo && "no Go here" }, () => {
  const { json, cases } = readCases();
  const directory = mkdtempSync(path.join(tmpdir(), "wherry-go-template-"));
  try {
    writeFileSync(path.join(directory, "main.go"), program);
    const env = { ...process.env, GOCACHE: path.join(directory, "cache"), GOFLAGS: "-mod=mod" };
    const input = cases
      .map(({ template, missingKey }) =>
        JSON.stringify({ Template: template, MissingKey: missingKey }),
      )
      .join("\n");
    const output = execFileSync("go", ["run", "main.go", json], { cwd: directory, env, input });
    const outcomes = output.toString("utf8").trim().split("\n");
    assert.deepEqual(
      outcomes.map((line) => String(JSON.parse(line))),
      cases.map(({ outcome }) => outcome),
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
