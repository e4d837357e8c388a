import { type ReactNode, useEffect } from "react";
import { cx } from "./cx.ts";
import styles from "./Page.module.css";

/** Names the browser's tab. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title === "" ? "OpenJoule" : `${title} · OpenJoule`;
  }, [title]);
}

export interface PageProps {
  /** The `h1`, and the name of the browser's tab. */
  readonly title: string;
  /** One sentence under it. */
  readonly intro?: ReactNode;
  /** For reading rather than for looking around: shorter lines. */
  readonly narrow?: boolean;
  readonly children: ReactNode;
}

/** A page's frame. */
export function Page({ title, intro, narrow = false, children }: PageProps) {
  usePageTitle(title);
  return (
    <div className={cx(styles.page, narrow && styles.narrow)}>
      <div className={styles.head}>
        <h1>{title}</h1>
        {intro && <p className={styles.text}>{intro}</p>}
      </div>
      {children}
    </div>
  );
}
