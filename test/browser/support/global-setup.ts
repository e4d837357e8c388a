import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { ensureChromium } from "../../../scripts/browser/ensure.ts";
import type { Site } from "./site.ts";

const program = fileURLToPath(new URL("serve.ts", import.meta.url));

type Message = { readonly progress: string } | { readonly site: Site };

/**
 * One inhabited network, with its app, for all files of the suite: they run one after the other. It is a process of its
 * own, as Vitest's loader is not Node's.
 */
export async function setup(project: TestProject) {
  const say = (text: string) => console.log(`browser: ${text}`);
  // Before anything is started: without it there is nothing to do here.
  await ensureChromium({ onProgress: say });
  const server = fork(program, { serialization: "advanced" });
  const ended = once(server, "exit");
  const site = await new Promise<Site>((resolve, reject) => {
    server.on("message", (message: Message) => {
      if ("site" in message) resolve(message.site);
      else say(message.progress);
    });
    ended.then(([code]) => reject(new Error(`the network of the browser tests ended with code ${code}`)), reject);
  });
  project.provide("site", site);
  return async () => {
    // It ends with everything that it has started when nobody listens any more.
    server.disconnect();
    await ended;
  };
}
