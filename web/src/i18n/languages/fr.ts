import type { Messages } from "@lingui/core";

/** Every folder's catalogue in French: one chunk of the build. */
export const catalogues = import.meta.glob<Messages>("../../**/locales/fr.po", { eager: true, import: "messages" });
