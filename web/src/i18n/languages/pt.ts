import type { Messages } from "@lingui/core";

/** Every folder's catalogue in Portuguese: one chunk of the build. */
export const catalogues = import.meta.glob<Messages>("../../**/locales/pt.po", { eager: true, import: "messages" });
