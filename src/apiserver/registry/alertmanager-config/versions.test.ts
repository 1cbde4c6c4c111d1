import assert from "node:assert/strict";
import { test } from "node:test";
import { formatYaml, parseYaml } from "#api";
import { alertmanagerConfigView as view } from "./versions.ts";

const older = `apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata:
  name: web
spec:
  inhibitRules:
  - sourceMatch:
    - name: severity
      regex: true
      value: crit.*
    targetMatch: []
  muteTimeIntervals:
  - name: nights
    timeIntervals: []
  receivers:
  - name: team
  route:
    matchers:
    - matchType: "!="
      name: a
      regex: true
      value: b
    receiver: team
    routes:
    - matchers:
      - name: c
        regex: true
        value: d
`;
const newer = `apiVersion: monitoring.coreos.com/v1beta1
kind: AlertmanagerConfig
metadata:
  name: web
spec:
  inhibitRules:
  - sourceMatch:
    - matchType: =~
      name: severity
      value: crit.*
    targetMatch: []
  receivers:
  - name: team
  route:
    matchers:
    - matchType: "!="
      name: a
      value: b
    receiver: team
    routes:
    - matchers:
      - matchType: =~
        name: c
        value: d
  timeIntervals:
  - name: nights
    timeIntervals: []
`;

test("what is stored is seen in the newer form, and written in it", () => {
  assert.equal(formatYaml(view.fromStored(objectOf(older))), newer);
  const stored = view.toStored(objectOf(newer));
  assert.equal(formatYaml(view.fromStored(stored)), newer);
  assert.equal(stored["apiVersion"], "monitoring.coreos.com/v1alpha1");
});

function objectOf(text: string) {
  const [found] = parseYaml(text);
  return JSON.parse(JSON.stringify(found?.value));
}
