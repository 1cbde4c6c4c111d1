/** `webhook_url` and `webhook_url_file`, which several kinds have. */
import { field, path } from "#promconfig";
import { bothProblem, secretUrl } from "../config/receiver-options.ts";
import { readSecretOption, type ReceiverDeps } from "./receiver-kind.ts";

export const webhookAddressParts = {
  webhookUrl: field("webhook_url", secretUrl),
  webhookUrlFile: field("webhook_url_file", path),
} as const;

export interface WebhookAddress {
  readonly webhookUrl: string;
  readonly webhookUrlFile: string;
}

export function webhookAddressProblem(address: WebhookAddress): string | undefined {
  const { webhookUrl, webhookUrlFile } = address;
  if (webhookUrl === "" && webhookUrlFile === "") {
    return "one of webhook_url or webhook_url_file must be configured";
  }
  return bothProblem(["webhook_url", webhookUrl], ["webhook_url_file", webhookUrlFile]);
}

export function readWebhookAddress(
  { disk }: Pick<ReceiverDeps, "disk">,
  { webhookUrl, webhookUrlFile }: WebhookAddress,
): Promise<string> {
  const option = { text: webhookUrl, file: webhookUrlFile, name: "webhook_url_file" };
  return readSecretOption(disk, option);
}
