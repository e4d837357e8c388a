import type { Messages } from "@lingui/core";

/** Every folder's catalogue in English: one chunk of the build. */
export const catalogues = import.meta.glob<Messages>("../../**/locales/en.po", { eager: true, import: "messages" });
