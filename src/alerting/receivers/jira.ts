/**
 * Jira: an issue for each group, found again by a label with the group's identity. It is created when
 * something fires, brought up to date each time, reopened and resolved by transitions.
 */
import { quoteGo } from "#base";
import type { HttpClient } from "#outbound";
import {
  durationMs,
  field,
  list,
  struct,
  type StructType,
  text,
  type ValueOf,
  type YamlType,
} from "#promconfig";
import type { GlobalConfig } from "../config/global-config.ts";
import { maybeBool, templateField, webUrl } from "../config/receiver-options.ts";
import { SendError } from "../notify/integration.ts";
import {
  type AnswerObject,
  decodeAnswer,
  objectMember,
  objectsMember,
  textMember,
} from "./decode-answer.ts";
import { callSuccessfully, type HttpCall, limitedRetryRule } from "./http-call.ts";
import { openHttp } from "./http-receiver.ts";
import type { Message } from "./message.ts";
import { httpReceiverParts, type ReceiverKind, withGlobalHttp } from "./receiver-kind.ts";
import { anyYamlMap, renderedValue } from "./templated-value.ts";
import { truncateCharacters } from "./truncate.ts";

const templateParts = {
  template: templateField("template"),
  isUpdated: field("enable_update", maybeBool),
} as const;
const templateType = struct("jira.plain", templateParts);
type IssueText = ValueOf<typeof templateParts>;

/** A text alone, or with whether it is brought up to date. */
const issueText: YamlType<IssueText> = {
  ...templateType,
  decode: (node, decoding) =>
    node.kind === "scalar"
      ? { value: { template: node.text, isUpdated: undefined } }
      : templateType.decode(node, decoding),
};

const standard = (name: string) => `{{ template "jira.default.${name}" . }}`;
const standardText = (name: string) => ({ template: standard(name), isUpdated: undefined });

const parts = {
  ...httpReceiverParts(true),
  apiUrl: field("api_url", webUrl),
  apiType: field("api_type", text, "auto"),
  project: templateField("project"),
  summary: field("summary", issueText, standardText("summary")),
  description: field("description", issueText, standardText("description")),
  labels: field("labels", list(text)),
  priority: templateField("priority", standard("priority")),
  issueType: templateField("issue_type"),
  reopenTransition: field("reopen_transition", text),
  resolveTransition: field("resolve_transition", text),
  wontFixResolution: field("wont_fix_resolution", text),
  reopenMs: field("reopen_duration", durationMs),
  fields: field("fields", anyYamlMap),
} as const;

type JiraConfig = ValueOf<typeof parts>;
const type: StructType<JiraConfig> = struct("jira.plain", parts, {
  check: ({ project, issueType, apiType }) => {
    if (project === "") return "missing project in jira_config";
    if (issueType === "") return "missing issue_type in jira_config";
    return ["auto", "cloud", "datacenter"].includes(apiType)
      ? undefined
      : "unknown api_type on jira_config, must be auto, cloud or datacenter";
  },
});

const summaryLengthMax = 255;
const descriptionLengthMax = 32_767;

export const jiraKind: ReceiverKind<JiraConfig> = {
  name: "jira",
  type,
  complete: (config, global: GlobalConfig) => {
    const apiUrl = config.apiUrl === "" ? global.jiraApiUrl : config.apiUrl;
    if (apiUrl === "") return "no global Jira Cloud URL set";
    return withGlobalHttp({ ...config, apiUrl: apiUrl.replace(/\/$/, "") }, global);
  },
  open: (config, deps) =>
    openHttp(config, deps, async (message, client, signal) => {
      const jira = new JiraProject(config, client, signal);
      const issue = await jira.find(message);
      // What is over needs no issue that was never made.
      if (issue === undefined && message.status === "resolved") return;
      await jira.write(message, issue);
      if (issue !== undefined) await jira.move(message, issue);
    }),
};

class JiraProject {
  readonly #config: JiraConfig;
  readonly #client: HttpClient;
  readonly #signal: AbortSignal;

  constructor(config: JiraConfig, client: HttpClient, signal: AbortSignal) {
    this.#config = config;
    this.#client = client;
    this.#signal = signal;
  }

  /** The group's issue, if there is one that is not over for too long. */
  async find(message: Message): Promise<AnswerObject | undefined> {
    const body = { fields: ["status"], jql: queryOf(message, this.#config), maxResults: 2 };
    const answer = await this.#call({ method: "POST", url: searchUrlOf(this.#config), body });
    return objectsMember(answer, "issues")[0];
  }

  async write(message: Message, issue: AnswerObject | undefined): Promise<void> {
    const fields = issueFields(message, this.#config, issue === undefined ? "new" : "known");
    const { apiUrl } = this.#config;
    await this.#call(
      issue === undefined
        ? { method: "POST", url: `${apiUrl}/issue`, body: { fields } }
        : { method: "PUT", url: `${apiUrl}/issue/${textMember(issue, "key")}`, body: { fields } },
    );
  }

  /** Reopens what fires again, resolves what is over. */
  async move(message: Message, issue: AnswerObject): Promise<void> {
    const { reopenTransition, resolveTransition, apiUrl } = this.#config;
    const category = objectMember(
      objectMember(objectMember(issue, "fields"), "status"),
      "statusCategory",
    );
    const isDone = textMember(category, "key") === "done";
    const isFiring = message.status === "firing";
    if (category === undefined || isDone !== isFiring) return;
    const name = isFiring ? reopenTransition : resolveTransition;
    if (name === "") return;
    const key = textMember(issue, "key");
    const url = `${apiUrl}/issue/${key}/transitions`;
    const known = objectsMember(await this.#call({ method: "GET", url }), "transitions");
    const transition = known.find((one) => textMember(one, "name") === name);
    if (transition === undefined) {
      const problem = `can't find transition ${name} for issue ${key}`;
      throw new SendError(problem, { isRetryable: false, reason: "clientError" });
    }
    const body = { transition: { id: textMember(transition, "id") } };
    await this.#call({ method: "POST", url, body });
  }

  async #call(request: HttpCall): Promise<AnswerObject | undefined> {
    const headers = { "content-type": "application/json", "accept-language": "en" };
    const call = { ...request, headers };
    const answer = await callSuccessfully(this.#client, call, limitedRetryRule, this.#signal);
    return decodeAnswer(answer.text);
  }
}

function labelOf(message: Message): string {
  return `ALERT{${message.identity}}`;
}

function queryOf(message: Message, config: JiraConfig): string {
  const { wontFixResolution, reopenTransition, reopenMs } = config;
  const minutes = Math.trunc(reopenMs / 60_000);
  const isReopened = message.status === "firing" && reopenTransition !== "" && minutes > 0;
  const project = message.address(config.project, "project");
  return [
    ...(wontFixResolution === ""
      ? []
      : [`(resolution is EMPTY or resolution != ${quoteGo(wontFixResolution)})`]),
    isReopened
      ? `(resolutiondate is EMPTY OR resolutiondate >= -${minutes}m)`
      : "statusCategory != Done",
    `project=${quoteGo(project)}`,
    `labels=${quoteGo(labelOf(message))} order by status ASC,resolutiondate DESC`,
  ].join(" and ");
}

/** Their cloud searches elsewhere than what people run themselves. */
function searchUrlOf({ apiUrl, apiType }: JiraConfig): string {
  const { host } = new URL(apiUrl);
  const isCloud = apiType === "cloud" || (apiType === "auto" && host.endsWith("atlassian.net"));
  if (!isCloud) return `${apiUrl}/search`;
  return `${apiUrl}/search/jql`.replace("/rest/api/2/", "/rest/api/3/");
}

function issueFields(message: Message, config: JiraConfig, issue: "new" | "known"): unknown {
  const isWritten = ({ isUpdated }: IssueText) => issue === "new" || (isUpdated ?? true);
  const summary = truncateCharacters(message.prose(config.summary.template), summaryLengthMax);
  const description = descriptionOf(message, config);
  const priority = message.detail(config.priority);
  const labels = config.labels.map((label) => message.detail(label));
  const own = [...config.fields].map(
    ([name, value]) => [name, renderedValue(value, (one) => message.prose(one))] as const,
  );
  return {
    project: { key: message.address(config.project, "project") },
    issuetype: { name: message.address(config.issueType, "issue_type") },
    labels: [...labels, labelOf(message)].sort(),
    ...(isWritten(config.summary) ? { summary } : {}),
    ...(isWritten(config.description) && description !== undefined ? { description } : {}),
    ...(priority === "" ? {} : { priority: { name: priority } }),
    ...Object.fromEntries(own),
  };
}

/** The third version of their API takes a document in JSON, the second a text. */
function descriptionOf(message: Message, { apiUrl, description }: JiraConfig): unknown {
  const written = truncateCharacters(message.prose(description.template), descriptionLengthMax);
  if (!/\/3\/?$/.test(new URL(apiUrl).pathname)) return written === "" ? undefined : written;
  if (written.trim() === "") return undefined;
  const document = decodeAnswer(written);
  if (document !== undefined) return document;
  const problem = "description template: invalid JSON for API v3";
  throw new SendError(problem, { isRetryable: false, reason: "clientError" });
}
