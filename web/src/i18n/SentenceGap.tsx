import { useLingui } from "@lingui/react";

/** What stands between two sentences: a space, in Chinese nothing. */
export const SentenceGap = () => (useLingui().i18n.locale.startsWith("zh") ? null : " ");
