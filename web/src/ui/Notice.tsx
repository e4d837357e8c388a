import type { ReactNode } from "react";
import { cx, type Tone } from "./cx.ts";
import { Icon, type IconName } from "./Icon.tsx";
import styles from "./Notice.module.css";

const icons: Record<Tone, IconName> = {
  neutral: "info",
  info: "info",
  success: "check",
  warning: "alert",
  danger: "alert",
};

export interface NoticeProps {
  readonly tone?: Tone;
  readonly title?: ReactNode;
  /** What a person can do about it: buttons or links. */
  readonly action?: ReactNode;
  /** `alert` interrupts a screen reader, `status` waits; leave it out for what is there from the start. */
  readonly role?: "alert" | "status";
  readonly children?: ReactNode;
}

/** Something to know, on the page where it matters. */
export function Notice({ tone = "neutral", title, action, role, children }: NoticeProps) {
  return (
    <div className={cx(styles.notice, styles[tone])} role={role}>
      <span className={styles.icon}>
        <Icon name={icons[tone]} />
      </span>
      <div className={styles.body}>
        {title && <p className={styles.title}>{title}</p>}
        {children && <div>{children}</div>}
        {action}
      </div>
    </div>
  );
}
