import type { ReactNode } from "react";
import styles from "./Badge.module.css";
import { cx, type Tone } from "./cx.ts";

/** A short state, in words and colour. */
export function Badge({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={cx(styles.badge, styles[tone])}>{children}</span>;
}
