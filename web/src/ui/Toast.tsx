import { useLingui } from "@lingui/react/macro";
import { createContext, type ReactNode, use, useCallback, useMemo, useRef, useState } from "react";
import { Button } from "./Button.tsx";
import { cx, type Tone } from "./cx.ts";
import { Icon } from "./Icon.tsx";
import styles from "./Toast.module.css";

export interface ToastContent {
  readonly tone?: Tone;
  /** One short sentence. */
  readonly title: ReactNode;
  readonly text?: ReactNode;
  /** A link or button. */
  readonly action?: ReactNode;
}

type ShowToast = (content: ToastContent) => void;

const ToastContext = createContext<ShowToast | undefined>(undefined);

/** For how long results stay, milliseconds. Faults stay until they are put away. */
const SHOWN_MS = 8_000;

/** Shows a result that nobody has to act on. What must be read belongs on the page or in a dialog. */
export function useToast(): ShowToast {
  const show = use(ToastContext);
  if (show === undefined) throw new Error("useToast needs a ToastProvider above it");
  return show;
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const { t } = useLingui();
  const [toasts, setToasts] = useState<readonly (ToastContent & { id: number })[]>([]);
  const last = useRef(0);

  const hide = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const show = useCallback<ShowToast>(
    (content) => {
      last.current += 1;
      const id = last.current;
      setToasts((all) => [...all.slice(-2), { ...content, id }]);
      if (content.tone !== "danger") setTimeout(hide, SHOWN_MS, id);
    },
    [hide],
  );

  return (
    <ToastContext value={useMemo(() => show, [show])}>
      {children}
      {/* It is there before its content, or screen readers stay silent. */}
      <div className={styles.region} role="status" aria-live="polite" aria-label={t`Messages`}>
        {toasts.map(({ id, tone = "info", title, text, action }) => (
          <div key={id} className={cx(styles.toast, styles[tone])}>
            <div className={styles.body}>
              <p className={styles.title}>{title}</p>
              {text && <p>{text}</p>}
              {action}
            </div>
            <Button variant="ghost" iconOnly aria-label={t`Dismiss`} onClick={() => hide(id)}>
              <Icon name="close" />
            </Button>
          </div>
        ))}
      </div>
    </ToastContext>
  );
}
