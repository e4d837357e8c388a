import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Button } from "./Button.tsx";
import { cx } from "./cx.ts";
import { Icon, type IconName } from "./Icon.tsx";
import styles from "./State.module.css";

export interface EmptyStateProps {
  /** `h1` when it stands for the whole page. Default `h2`. */
  readonly heading?: "h1" | "h2";
  readonly icon?: IconName;
  readonly title: ReactNode;
  /** What it means and what to do next. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** There is nothing to show, and that is no fault. */
export function EmptyState({ heading: Heading = "h2", icon = "search", title, children, action }: EmptyStateProps) {
  return (
    <div className={styles.state}>
      <span className={styles.icon}>
        <Icon name={icon} size={26} />
      </span>
      <Heading className={styles.title}>{title}</Heading>
      {children && <div className={styles.text}>{children}</div>}
      {action}
    </div>
  );
}

export interface ErrorStateProps {
  /** `h1` when it stands for the whole page. Default `h2`. */
  readonly heading?: "h1" | "h2";
  readonly title: ReactNode;
  /** What it means for the reader and his money, and what to do next. */
  readonly children?: ReactNode;
  /** Shown folded, for whoever helps. */
  readonly error?: unknown;
  readonly onRetry?: (() => void) | undefined;
  readonly action?: ReactNode;
}

/** Something failed in place of what should be here. */
export function ErrorState({ heading: Heading = "h2", title, children, error, onRetry, action }: ErrorStateProps) {
  return (
    <div className={styles.state} role="alert">
      <span className={cx(styles.icon, styles.danger)}>
        <Icon name="alert" size={26} />
      </span>
      <Heading className={styles.title}>{title}</Heading>
      {children && <div className={styles.text}>{children}</div>}
      {onRetry && (
        <Button variant="primary" onClick={onRetry}>
          <Trans>Try again</Trans>
        </Button>
      )}
      {action}
      {error !== undefined && <ErrorDetails error={error} />}
    </div>
  );
}

/** An error's own words, folded away. */
export function ErrorDetails({ error }: { error: unknown }) {
  return (
    <details className={styles.details}>
      <summary>
        <Trans>Technical details</Trans>
      </summary>
      <pre>{error instanceof Error ? `${error.name}: ${error.message}` : String(error)}</pre>
    </details>
  );
}
