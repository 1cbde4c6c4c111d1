import assert from "node:assert/strict";
import { test } from "node:test";
import { parseYaml } from "#api";
import { planOf } from "../testing.ts";
import { helmFiles } from "./helm.ts";
import { kustomizeFiles } from "./kustomize.ts";
import { formatManifests } from "./manifests.ts";

const file = `services:
  web:
    image: web:1
    command: ["echo", "{{ .Name }}", "a: b", "#c", "-", "0440", "yes", ""]
    ports: ['80:80']
    environment: {TEXT: "two\\nlines"}
    deploy: {replicas: 3}
  job: {image: job, restart: "no"}`;

test("manifests are the objects, in their order", async () => {
  const plan = await planOf(file);
  assert.deepEqual(
    parseYaml(formatManifests(plan)).map(({ value }) => value),
    plan.objects.map(({ object }) => object),
  );
});

test("a Kustomize base lists its files", async () => {
  const files = kustomizeFiles(await planOf(file));
  const [first, ...others] = files;
  const kustomization = parseYaml(first?.text ?? "")[0]?.value;
  assert.equal(first?.path, "kustomization.yaml");
  assert.deepEqual(kustomization, {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    namespace: "test",
    resources: others.map(({ path }) => path),
  });
});

test("a chart has the images and the replicas as values", async () => {
  const files = new Map(helmFiles(await planOf(file)).map(({ path, text }) => [path, text]));
  assert.deepEqual(parseYaml(files.get("values.yaml") ?? "")[0]?.value, {
    services: { web: { image: "web:1", replicas: 3 }, job: { image: "job" } },
  });
  const template = files.get("templates/web-deployment.yaml") ?? "";
  const values = template.match(/\{\{ [^}]*\}\}/g);
  assert.deepEqual(values, [
    "{{ .Release.Namespace }}",
    "{{ index .Values.services `web` `replicas` }}",
    "{{ index .Values.services `web` `image` | quote }}",
    '{{ "{{" }}',
  ]);
});

test("a rendered chart is the plan", async () => {
  const plan = await planOf(file);
  const values = new Map([
    [".Release.Namespace", "test"],
    ["index .Values.services `web` `replicas`", "3"],
    ["index .Values.services `web` `image` | quote", '"web:1"'],
    ["index .Values.services `job` `image` | quote", '"job"'],
    ['"{{"', "{{"],
  ]);
  const rendered = helmFiles(plan)
    .filter(({ path }) => path.startsWith("templates/"))
    .map(({ text }) =>
      text.replace(/\{\{ ("\{\{"|[^{}]*?) \}\}/g, (_, expression: string) => {
        const value = values.get(expression);
        assert.ok(value !== undefined, expression);
        return value;
      }),
    );
  assert.deepEqual(
    rendered.map((text) => parseYaml(text)[0]?.value),
    plan.objects.map(({ object }) => object),
  );
});
