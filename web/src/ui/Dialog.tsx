import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { Button } from "./Button.tsx";
import { cx } from "./cx.ts";
import styles from "./Dialog.module.css";
import { Icon } from "./Icon.tsx";

export interface DialogProps {
  readonly open: boolean;
  /** By Escape, the cross, or a click beside it; never called when it is not `closable`. */
  readonly onClose: () => void;
  readonly title: ReactNode;
  /** False while leaving would mislead, e.g. while a wallet is asked. Default true. */
  readonly closable?: boolean;
  /** Buttons, the main one last. */
  readonly footer?: ReactNode;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** A modal window: the platform's own `<dialog>`, which keeps the focus inside and gives it back. */
export function Dialog({ open, onClose, title, closable = true, footer, className, children }: DialogProps) {
  const { t } = useLingui();
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();

  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null || !open) return;
    if (!dialog.open) dialog.showModal();
    return () => dialog.close();
  }, [open]);

  if (!open) return null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the keyboard's way, see onCancel
    <dialog
      ref={ref}
      className={cx(styles.dialog, className)}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        if (closable) onClose();
      }}
      onClick={(event) => {
        if (closable && event.target === ref.current) onClose();
      }}
    >
      <div className={styles.head}>
        <h2 id={id}>{title}</h2>
        {closable && (
          <Button variant="ghost" iconOnly aria-label={t`Close`} onClick={onClose}>
            <Icon name="close" />
          </Button>
        )}
      </div>
      <div className={styles.body}>{children}</div>
      {footer && <div className={styles.foot}>{footer}</div>}
    </dialog>
  );
}
