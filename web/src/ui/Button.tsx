import type { ComponentProps, MouseEvent, ReactNode } from "react";
import { Link } from "wouter";
import styles from "./Button.module.css";
import { cx } from "./cx.ts";
import { Spinner } from "./Spinner.tsx";

export interface ButtonLook {
  readonly variant?: "primary" | "secondary" | "ghost" | "danger";
  readonly size?: "normal" | "small";
  /** Only an icon is inside: give an `aria-label`. */
  readonly iconOnly?: boolean;
  readonly full?: boolean;
}

const look = ({ variant = "secondary", size = "normal", iconOnly, full }: ButtonLook, className?: string) =>
  cx(
    styles.button,
    styles[variant],
    size === "small" && styles.small,
    iconOnly && styles.icon,
    full && styles.full,
    className,
  );

export interface ButtonProps extends ButtonLook, Omit<ComponentProps<"button">, "disabled"> {
  /** Works on what was asked: it spins and takes no more clicks. */
  readonly busy?: boolean;
  /** It stays focusable, so that a screen reader finds it and hears why it is off. */
  readonly disabled?: boolean;
}

export function Button(props: ButtonProps) {
  const {
    variant,
    size,
    iconOnly,
    full,
    busy = false,
    disabled = false,
    className,
    onClick,
    children,
    ...rest
  } = props;
  const off = busy || disabled;
  const click = (event: MouseEvent<HTMLButtonElement>) => {
    if (off) event.preventDefault();
    else onClick?.(event);
  };
  return (
    <button
      type="button"
      {...rest}
      className={look({ variant, size, iconOnly, full } as ButtonLook, className)}
      aria-disabled={off}
      aria-busy={busy}
      onClick={click}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}

/** A link that looks like a button: for what only goes somewhere. `href` inside the app. */
export function ButtonLink(props: ButtonLook & { href: string; className?: string; children: ReactNode }) {
  const { variant, size, iconOnly, full, href, className, children, ...rest } = props;
  return (
    <Link {...rest} href={href} className={look({ variant, size, iconOnly, full } as ButtonLook, className)}>
      {children}
    </Link>
  );
}
