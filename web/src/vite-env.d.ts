/// <reference types="vite/client" />

/** A compiled Lingui catalogue (see vite.config.ts). */
declare module "*.po" {
  import type { Messages } from "@lingui/core";
  export const messages: Messages;
}
