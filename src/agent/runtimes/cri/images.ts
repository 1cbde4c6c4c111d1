import type { GrpcChannel } from "#base";
import type { ImageRuntime, RegistryCredentials } from "../../runtime.ts";
import type { ImageSpec, SandboxConfig } from "../../runtime-config.ts";
import type { FilesystemUsage, ImageFacts } from "../../runtime-state.ts";
import { call, imageMethod, nothing } from "./call.ts";
import { imageSpec, sandboxConfig } from "./config-messages.ts";
import { list, message, nested, optional, text } from "./message-codec.ts";
import { filesystemUsage, imageFacts } from "./state-messages.ts";

/** Large images over slow lines take long; who wants to give up earlier aborts the signal. */
const pullTimeoutMs = 6 * 3_600_000;

const imageRequest = message<{ image: ImageSpec }>({ image: [1, nested(imageSpec)] });

const listImages = imageMethod(
  "ListImages",
  nothing,
  message<{ images: readonly ImageFacts[] }>({ images: [1, list(imageFacts)] }),
);
const imageStatus = imageMethod(
  "ImageStatus",
  imageRequest,
  message<{ image: ImageFacts | undefined }>({ image: [1, optional(imageFacts)] }),
);

interface PullMessage {
  readonly image: ImageSpec;
  readonly credentials: RegistryCredentials | undefined;
  readonly sandbox: SandboxConfig | undefined;
}

const credentials = message<RegistryCredentials>({
  username: [1, text],
  password: [2, text],
  serverAddress: [4, text],
  identityToken: [5, text],
  registryToken: [6, text],
});

const pullImage = imageMethod(
  "PullImage",
  message<PullMessage>({
    image: [1, nested(imageSpec)],
    credentials: [2, optional(credentials)],
    sandbox: [3, optional(sandboxConfig)],
  }),
  message<{ imageRef: string }>({ imageRef: [1, text] }),
);
const removeImage = imageMethod("RemoveImage", imageRequest, nothing);
const imageFsInfo = imageMethod(
  "ImageFsInfo",
  nothing,
  message<{ filesystems: readonly FilesystemUsage[] }>({ filesystems: [1, list(filesystemUsage)] }),
);

export function criImages(channel: GrpcChannel): ImageRuntime {
  return {
    find: async (image, signal) => {
      const request = { image: specOf(image) };
      return (await call(channel, imageStatus, request, { signal })).image;
    },
    list: async (signal) => (await call(channel, listImages, {}, { signal })).images,
    pull: async ({ image, credentials, sandbox }, signal) => {
      const request = { image: specOf(image), credentials, sandbox };
      const options = { signal, timeoutMs: pullTimeoutMs };
      return (await call(channel, pullImage, request, options)).imageRef;
    },
    remove: async (image, signal) => {
      await call(channel, removeImage, { image: specOf(image) }, { signal });
    },
    filesystems: async (signal) => (await call(channel, imageFsInfo, {}, { signal })).filesystems,
  };
}

function specOf(image: string): ImageSpec {
  return { image, userSpecifiedImage: "" };
}
