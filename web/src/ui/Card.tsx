import { type ReactNode, useId } from "react";
import styles from "./Card.module.css";
import { cx } from "./cx.ts";

export interface CardProps {
  /** Names the region; the heading is an `h2`. */
  readonly title?: ReactNode;
  /** Beside the title. */
  readonly aside?: ReactNode;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** A group of things that belong together. */
export function Card({ title, aside, className, children }: CardProps) {
  const id = useId();
  return (
    <section className={cx(styles.card, className)} aria-labelledby={title ? id : undefined}>
      {(title || aside) && (
        <div className={styles.head}>
          {title && <h2 id={id}>{title}</h2>}
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}
