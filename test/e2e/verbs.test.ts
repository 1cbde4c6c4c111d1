/** What people type, with the newest kubectl and the oldest and newest of the older ones there are. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { follow, kubectlPrograms } from "./clients.ts";
import {
  bringUpCluster,
  type Ended,
  eventually,
  loadExamples,
  missingForContainers,
  outputOf,
  run,
  type TestCluster,
} from "./cluster.ts";

const missing = missingForContainers();
const skip = missing === undefined ? false : missing;
const programs = kubectlPrograms();

let cluster: TestCluster;

before(async () => {
  if (missing !== undefined) return;
  cluster = await bringUpCluster("--nodes", "2");
  await loadExamples(cluster, ["hello", "hello-2", "toolbox"]);
  for (const { name } of programs) await cluster.kubectl("create", "namespace", namespaceOf(name));
});

after(async () => {
  if (missing === undefined) await cluster[Symbol.asyncDispose]();
});

test("older kubectls are on this machine", {
  skip: programs.length > 1 ? false : "no kubectl.1.N is on the PATH",
}, () => {});

for (const { name, program } of programs) {
  const client = clientOf(name, program);

  test(`${name}: a deployment is made, watched, scaled, updated and undone`, { skip }, async () => {
    await using watch = client.follow(...wordsOf("get pods -o wide -w"));
    await client.kubectl(...wordsOf("create deployment web --image=hello:1 --port=8080"));
    await client.kubectl(...wordsOf("rollout status deployment/web --timeout=60s"));
    const watched = await watch.until((output) =>
      /^web-\S+ +1\/1 +Running .*10\.42\./m.test(output),
    );
    assert.match(watched, /^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE /);
    // Which of the two is seen first depends on how soon kubectl began to watch.
    assert.match(watched, /^web-\S+ +0\/1 +(?:Pending|ContainerCreating) /m);
    assert.equal(
      await client.kubectl(...wordsOf("scale deployment/web --replicas=2")),
      "deployment.apps/web scaled\n",
    );
    await client.kubectl(...wordsOf("set image deployment/web hello=hello:2"));
    assert.match(
      await client.kubectl(...wordsOf("rollout status deployment/web --timeout=60s")),
      /successfully rolled out/,
    );
    assert.match(await client.kubectl(...wordsOf("rollout history deployment/web")), /^1 .*\n2 /m);
    await client.kubectl(...wordsOf("rollout undo deployment/web"));
    await client.kubectl(...wordsOf("rollout status deployment/web --timeout=60s"));
    assert.equal(
      await client.kubectl(
        ...wordsOf("get deployment web -o jsonpath={..image},{.status.readyReplicas}"),
      ),
      "hello:1,2",
    );
  });

  test(`${name}: a pod is run, read, entered, attached to and copied from`, { skip }, async () => {
    await client.kubectl(
      ...wordsOf("run box --image=toolbox:1 --port=80 --labels=app=box,tier=test --stdin"),
      ...wordsOf("--leave-stdin-open --attach=false --command -- sh -c"),
      "echo started; while read line; do echo got $line; done",
    );
    await client.kubectl(...wordsOf("wait --for=condition=Ready pod/box --timeout=60s"));
    await using log = client.follow("logs", "-f", "box");
    await log.until((output) => output === "started\n");
    await using attached = client.follow("attach", "-i", "box");
    attached.write("this\n");
    await attached.until((output) => output.includes("got this\n"));
    await log.until((output) => output === "started\ngot this\n");

    assert.equal(await client.kubectlWith("in\n", ...wordsOf("exec -i box -- cat")), "in\n");
    const terminal = await client.inTerminal("exec -it box -- sh -c 'test -t 0 && exit 7'");
    assert.equal(terminal.status, 7, terminal.stdout + terminal.stderr);

    const here = path.join(path.dirname(cluster.kubeconfig), name);
    writeFileSync(here, "carried\n");
    await client.kubectl("cp", here, "box:/tmp/there");
    await client.kubectl("cp", "box:/tmp/there", `${here}.back`);
    assert.equal(readFileSync(`${here}.back`, "utf8"), "carried\n");
  });

  test(`${name}: a service is exposed, and a port of it forwarded`, { skip }, async () => {
    await client.kubectl(...wordsOf("expose deployment web --port=80 --target-port=8080"));
    await client.eventually(wordsOf("exec box -- curl -sS -m 2 http://web"), (output) =>
      output.startsWith("hello from web-"),
    );
    // kubectl may choose a pod of the revision before, which is on its way out.
    await client.eventually(
      wordsOf("get pods -o jsonpath={.items[*].metadata.deletionTimestamp}"),
      (output) => output.trim() === "",
    );
    await using forward = client.follow(...wordsOf("port-forward service/web :80"));
    const said = await forward.until((output) => output.includes("127.0.0.1:"));
    const address = /127\.0\.0\.1:\d+/.exec(said)?.[0];
    for (let turn = 0; turn < 3; turn++) {
      const answer = await fetch(`http://${address}`);
      assert.match(await answer.text(), /^hello from web-/);
    }
  });

  test(`${name}: what runs is listed, described and explained`, { skip }, async () => {
    const described = await client.kubectl("describe", "pod", "box");
    const reasons = [...described.matchAll(/^ {2}Normal +(\w+) /gm)].map((match) => match[1]);
    assert.deepEqual(reasons, ["Scheduled", "Pulled", "Created", "Started"]);
    assert.match(
      await client.kubectl("describe", "deployment", "web"),
      /ScalingReplicaSet .*deployment-controller +Scaled up replica set web-/,
    );
    assert.match(
      await client.kubectl("get", "events"),
      /Normal +Scheduled +pod\/box +Successfully assigned/,
    );
    assert.match(
      await client.kubectl(...wordsOf("get pod box -o wide --show-labels")),
      /^box +1\/1 +Running +0 .* node-\d .*app=box,tier=test/m,
    );
    assert.match(await client.kubectl(...wordsOf("get pod box -o yaml")), /^kind: Pod$/m);
    const listed = JSON.parse(await client.kubectl(...wordsOf("get pods -o json")));
    // Pods of the revision before may still be on their way out.
    const staying = listed.items.filter(
      ({ metadata }: { readonly metadata: object }) => !("deletionTimestamp" in metadata),
    );
    assert.equal(staying.length, 3);
    assert.equal(
      await client.kubectl(
        ...wordsOf("get pod box --no-headers -o custom-columns=N:.metadata.name,P:.status.phase"),
      ),
      "box   Running\n",
    );
    assert.match(
      await client.kubectl("explain", "deployment.spec.strategy"),
      /rollingUpdate\s+<RollingUpdateDeployment>/,
    );
    assert.match(await client.kubectl("api-resources"), /^deployments +deploy +apps\/v1 +true/m);
    assert.match(await client.kubectl("api-versions"), /^apps\/v1$/m);
    assert.equal(await client.kubectl(...wordsOf("auth can-i create pods")), "yes\n");
    const other = await client.tryKubectl(...wordsOf("auth can-i create pods --as=somebody"));
    assert.deepEqual([other.status, other.stdout], [1, "no\n"]);
    assert.equal(await client.kubectl(...wordsOf("get --raw /readyz")), "ok");
    assert.match(await client.kubectl("version"), /^Server Version: .*v1\.36\./m);
    const absent = await client.tryKubectl("get", "configmap", "absent");
    assert.equal(absent.stderr, 'Error from server (NotFound): configmaps "absent" not found\n');
  });

  test(`${name}: a manifest is applied, compared, edited and replaced`, { skip }, async () => {
    const file = path.join(path.dirname(cluster.kubeconfig), `${name}.yaml`);
    const write = (text: string) => writeFileSync(file, configMap(text));
    const did = async (line: string) => (await client.kubectl(...wordsOf(line))).trim();
    write("hello");
    assert.equal(await did(`apply -f ${file}`), "configmap/settings created");
    assert.equal(await did(`apply -f ${file}`), "configmap/settings unchanged");
    write("hi");
    const difference = await client.tryKubectl("diff", "-f", file);
    assert.equal(difference.status, 1);
    assert.match(difference.stdout, /^- {2}greeting: hello\n\+ {2}greeting: hi$/m);
    assert.equal(await did(`apply -f ${file}`), "configmap/settings configured");
    assert.equal((await client.tryKubectl("diff", "-f", file)).status, 0);

    const edited = await client.edit("s/greeting: hi/greeting: edited/", "configmap/settings");
    assert.equal(edited, "configmap/settings edited\n");
    await client.kubectl("patch", "configmap", "settings", "-p", '{"data":{"more":"x"}}');
    await did("label configmap settings a=b");
    await did("annotate configmap settings c=d");
    const changed = JSON.parse(await did("get configmap settings -o json"));
    assert.deepEqual(changed.data, { greeting: "edited", more: "x" });
    assert.deepEqual([changed.metadata.labels, changed.metadata.annotations.c], [{ a: "b" }, "d"]);

    write("replaced");
    assert.equal(await did(`replace -f ${file}`), "configmap/settings replaced");
    await did(`replace --force -f ${file}`);
    write("served");
    const refused = await client.tryKubectl("apply", "--server-side", "-f", file);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /conflict with "kubectl-replace" using v1: \.data\.greeting/);
    assert.equal(
      await did(`apply --server-side --force-conflicts -f ${file}`),
      "configmap/settings serverside-applied",
    );
    assert.equal(await did("get configmap settings -o jsonpath={.data}"), '{"greeting":"served"}');
    assert.match(await did(`delete -f ${file}`), /^configmap "settings" deleted/);
  });

  test(`${name}: a node is cordoned, drained and used again`, { skip }, async () => {
    await client.kubectl("cordon", "node-2");
    assert.match(
      await client.kubectl("get", "node", "node-2"),
      /^node-2 +Ready,SchedulingDisabled /m,
    );
    await client.kubectl(
      ...wordsOf("drain node-2 --pod-selector=app=web --grace-period=1 --timeout=60s"),
    );
    await client.eventually(
      wordsOf("get pods -l app=web -o jsonpath={.items[*].spec.nodeName}"),
      (output) => output === "node-1 node-1",
    );
    await client.kubectl("uncordon", "node-2");
    assert.match(await client.kubectl("get", "node", "node-2"), /^node-2 +Ready +/m);
  });

  test(`${name}: everything is deleted with its namespace`, { skip }, async () => {
    await client.kubectl("delete", "pod", "box", "--now");
    await client.kubectl("delete", "namespace", namespaceOf(name), "--timeout=60s");
    const gone = await client.tryKubectl("get", "namespace", namespaceOf(name));
    assert.match(gone.stderr, /NotFound/);
  });
}

interface Client {
  kubectl(...words: readonly string[]): Promise<string>;
  kubectlWith(input: string, ...words: readonly string[]): Promise<string>;
  tryKubectl(...words: readonly string[]): Promise<Ended>;
  eventually(words: readonly string[], fits: (output: string) => boolean): Promise<string>;
  follow(...words: readonly string[]): ReturnType<typeof follow>;
  /** Runs a command line in a terminal of its own. */
  inTerminal(line: string): Promise<Ended>;
  /** Edits an object with a script of sed as the editor. */
  edit(script: string, object: string): Promise<string>;
}

/** One of the kubectls, in a namespace of its own. */
function clientOf(name: string, program: string): Client {
  const place = ["--namespace", namespaceOf(name)];
  const tryKubectl = (...words: readonly string[]) =>
    run(program, [...place, ...words], { env: cluster.env });
  return {
    tryKubectl,
    kubectl: async (...words) => outputOf(name, words, await tryKubectl(...words)),
    kubectlWith: async (input, ...words) =>
      outputOf(name, words, await run(program, [...place, ...words], { env: cluster.env, input })),
    eventually: (words, fits) => eventually(() => tryKubectl(...words), fits),
    follow: (...words) => follow(program, [...place, ...words], cluster.env),
    inTerminal: (line) =>
      run("script", ["-qec", [program, ...place, line].join(" "), "/dev/null"], {
        env: cluster.env,
      }),
    edit: async (script, object) => {
      const env = { ...cluster.env, KUBE_EDITOR: `sed -i '${script}'` };
      return outputOf("edit", [object], await run(program, [...place, "edit", object], { env }));
    },
  };
}

function namespaceOf(name: string): string {
  return name.replaceAll(".", "-");
}

function configMap(greeting: string): string {
  return `apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  greeting: ${greeting}
`;
}

/** The words of a command line that needs no quotes. */
function wordsOf(line: string): readonly string[] {
  return line.split(" ");
}
