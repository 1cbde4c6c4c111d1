/**
 * The templates that receivers use where the configuration names no others. Their names and what they
 * say are upstream's, because people call them from their own templates and match on their texts.
 */
import { defaultEmail } from "./default-email.ts";

const subject =
  '[{{ toUpper .Status }}{{ if eq .Status "firing" }}:{{ len .Alerts.Firing }}{{ end }}] ' +
  '{{ .GroupLabels.Values.Join " " }} ' +
  "{{ if lt (len .GroupLabels) (len .CommonLabels) }}" +
  '({{ (.CommonLabels.Remove .GroupLabels.Names).Values.Join " " }})' +
  "{{ end }}";

const annotations = '{{ .CommonAnnotations.Values.Join " " }}';

/** Name and value of each, one a line. */
const pairs = (indent: string, of: string) =>
  `{{ range .${of}.SortedPairs }}${indent}- {{ .Name }} = {{ .Value }}\n{{ end }}`;

const alertList =
  `{{ range . }}Labels:\n${pairs(" ", "Labels")}Annotations:\n${pairs(" ", "Annotations")}` +
  "Source: {{ .GeneratorURL }}\n{{ end }}";

const markdownAlertList =
  `{{ range . }}\nLabels:\n${pairs("  ", "Labels")}\nAnnotations:\n${pairs("  ", "Annotations")}\n` +
  "Source: {{ .GeneratorURL }}\n{{ end }}\n";

interface SectionStyle {
  readonly heading: string;
  readonly list: string;
}

const plain: SectionStyle = { heading: "", list: "__text_alert_list" };
const markdown: SectionStyle = { heading: "# ", list: "__text_alert_list_markdown" };

/** What fires and what is over, each after an empty line. */
function spacedSections({ heading, list }: SectionStyle): string {
  const section = (what: string) =>
    `\n{{ if .Alerts.${what} }}\n${heading}Alerts ${what}:\n` +
    `{{ template "${list}" .Alerts.${what} }}\n{{ end }}`;
  return `${section("Firing")}${section("Resolved")}\n`;
}

/** The same with no empty line before. */
function denseSections(): string {
  const section = (what: string) =>
    `\n{{ if .Alerts.${what} }}Alerts ${what}:\n` +
    `{{ template "__text_alert_list" .Alerts.${what} }}{{ end }}`;
  return section("Firing") + section("Resolved");
}

/** The most urgent severity of what fires; of what is over, when nothing fires. */
const jiraPriority =
  '{{ $found := "" }}' +
  '{{ range $status := stringSlice "firing" "resolved" }}{{ if not $found }}' +
  "{{ range $alert := $.Alerts }}{{ if eq $alert.Status $status }}" +
  '{{ $severity := index $alert.Labels "severity" }}' +
  '{{ if eq $severity "critical" }}{{ $found = "High" }}' +
  '{{ else if and (eq $severity "warning") (ne $found "High") }}{{ $found = "Medium" }}' +
  '{{ else if and (eq $severity "info") (not $found) }}{{ $found = "Low" }}{{ end }}' +
  "{{ end }}{{ end }}{{ end }}{{ end }}{{ $found }}";

const statusColor = '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}';

const call = (name: string) => `{{ template "${name}" . }}`;
const title = call("__subject");
const program = call("__alertmanager");
const link = call("__alertmanagerURL");

/** By name; the email's page is a file of its own. */
const templates: Readonly<Record<string, string>> = {
  __alertmanager: "Alertmanager",
  __alertmanagerURL: "{{ .ExternalURL }}/#/alerts?receiver={{ .Receiver | urlquery }}",
  __subject: subject,
  __description: "",
  __text_alert_list: alertList,
  __text_alert_list_markdown: markdownAlertList,

  "slack.default.title": title,
  "slack.default.username": program,
  "slack.default.fallback": `${call("slack.default.title")} | ${call("slack.default.titlelink")}`,
  "slack.default.callbackid": "",
  "slack.default.pretext": "",
  "slack.default.titlelink": link,
  "slack.default.iconemoji": "",
  "slack.default.iconurl": "",
  "slack.default.text": "",
  "slack.default.footer": "",
  "slack.default.color": statusColor,

  "pagerduty.default.description": title,
  "pagerduty.default.client": program,
  "pagerduty.default.clientURL": link,
  "pagerduty.default.instances": call("__text_alert_list"),

  "opsgenie.default.message": title,
  "opsgenie.default.description": annotations + denseSections(),
  "opsgenie.default.source": link,

  "wechat.default.message": `${title}\n${annotations}${denseSections()}\nAlertmanagerUrl:\n${link}`,
  "wechat.default.to_user": "",
  "wechat.default.to_party": "",
  "wechat.default.to_tag": "",
  "wechat.default.agent_id": "",

  "victorops.default.state_message": annotations + denseSections(),
  "victorops.default.entity_display_name": title,
  "victorops.default.monitoring_tool": program,

  "pushover.default.title": title,
  "pushover.default.message": annotations + spacedSections(plain),
  "pushover.default.url": link,

  "sns.default.subject": title,
  "sns.default.message": annotations + spacedSections(plain),

  "telegram.default.message": spacedSections(plain),

  "discord.default.content": "",
  "discord.default.title": title,
  "discord.default.message": spacedSections(plain),

  "webex.default.message": annotations + spacedSections(plain),

  "msteams.default.summary": title,
  "msteams.default.title": title,
  "msteams.default.text": spacedSections(markdown),

  "msteamsv2.default.title": title,
  "msteamsv2.default.text": spacedSections(markdown),

  "jira.default.summary": title,
  "jira.default.description": spacedSections(markdown),
  "jira.default.priority": jiraPriority,

  "rocketchat.default.title": title,
  "rocketchat.default.alias": program,
  "rocketchat.default.titlelink": link,
  "rocketchat.default.emoji": "",
  "rocketchat.default.iconurl": "",
  "rocketchat.default.text": "",

  "mattermost.default.color": statusColor,
  "mattermost.default.username": program,
  "mattermost.default.title": title,
  "mattermost.default.titlelink": link,
  "mattermost.default.fallback": `${call("mattermost.default.title")} | ${call("mattermost.default.titlelink")}`,
  "mattermost.default.text": spacedSections(markdown),

  "email.default.subject": title,
  "email.default.html": defaultEmail,
};

/** All of them as one text to parse. */
export const defaultTemplates: string = Object.entries(templates)
  .map(([name, text]) => `{{ define "${name}" }}${text}{{ end }}`)
  .join("");
