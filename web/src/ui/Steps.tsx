import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import { Icon } from "./Icon.tsx";
import { Spinner } from "./Spinner.tsx";
import styles from "./Steps.module.css";
import { VisuallyHidden } from "./VisuallyHidden.tsx";

export interface Step {
  readonly key: string;
  readonly label: ReactNode;
  readonly state: "waiting" | "current" | "done" | "failed";
  /** Under the label, while it is of use. */
  readonly hint?: ReactNode;
}

const words = {
  waiting: <Trans>not yet</Trans>,
  current: <Trans>now</Trans>,
  done: <Trans>done</Trans>,
  failed: <Trans>failed</Trans>,
};

/** Where something that takes a while has got to. */
export function Steps({ steps }: { steps: readonly Step[] }) {
  return (
    <ol className={styles.steps}>
      {steps.map(({ key, label, state, hint }, index) => (
        <li
          key={key}
          className={cx(styles.step, state !== "waiting" && styles[state])}
          aria-current={state === "current" ? "step" : undefined}
        >
          <span className={styles.mark} aria-hidden="true">
            {state === "done" && <Icon name="check" size={16} />}
            {state === "failed" && <Icon name="close" size={16} />}
            {state === "current" && <Spinner />}
            {state === "waiting" && index + 1}
          </span>
          <div className={styles.text}>
            {label} <VisuallyHidden>({words[state]})</VisuallyHidden>
            {hint && <p className={styles.hint}>{hint}</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}
