import type { Messages } from "@lingui/core";

/** Every folder's catalogue in Chinese: one chunk of the build. */
export const catalogues = import.meta.glob<Messages>("../../**/locales/zh.po", { eager: true, import: "messages" });
