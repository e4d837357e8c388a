import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import styles from "./Rows.module.css";

/** Names and values, one a line. */
export function Rows({ children }: { children: ReactNode }) {
  return <dl className={styles.rows}>{children}</dl>;
}

/** One of `Rows`. `strong` for a sum. */
export function Row({ label, strong = false, children }: { label: ReactNode; strong?: boolean; children: ReactNode }) {
  return (
    <div className={cx(styles.row, strong && styles.strong)}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
