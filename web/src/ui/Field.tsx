import { type ComponentProps, type ReactNode, useId } from "react";
import { cx } from "./cx.ts";
import styles from "./Field.module.css";

export interface FieldText {
  readonly label: ReactNode;
  /** Always visible, unlike a placeholder. */
  readonly hint?: ReactNode;
  /** What is wrong and what is expected instead; announced when it appears. */
  readonly error?: ReactNode;
}

interface FrameProps extends FieldText {
  readonly children: (control: { id: string; "aria-describedby": string; "aria-invalid": boolean }) => ReactNode;
}

function Frame({ label, hint, error, children }: FrameProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      {children({ id, "aria-describedby": `${id}-hint ${id}-error`, "aria-invalid": Boolean(error) })}
      {hint && (
        <p className={styles.hint} id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <div id={`${id}-error`} aria-live="polite">
        {error && <p className={styles.error}>{error}</p>}
      </div>
    </div>
  );
}

type Own<Props> = Omit<Props, "id" | "className" | "onChange"> & { readonly onChange: (value: string) => void };

/** One line of text. `suffix` is a unit inside the field, which its label should name too. */
export function TextField(props: FieldText & Own<ComponentProps<"input">> & { readonly suffix?: ReactNode }) {
  const { label, hint, error, suffix, onChange, ...rest } = props;
  return (
    <Frame label={label} hint={hint} error={error}>
      {(control) => (
        <div className={styles.with}>
          <input
            type="text"
            {...rest}
            {...control}
            className={cx(styles.control, Boolean(suffix) && styles.suffixed)}
            onChange={(event) => onChange(event.target.value)}
          />
          {suffix && (
            <span className={styles.suffix} aria-hidden="true">
              {suffix}
            </span>
          )}
        </div>
      )}
    </Frame>
  );
}

export function SelectField(props: FieldText & Own<ComponentProps<"select">>) {
  const { label, hint, error, onChange, children, ...rest } = props;
  return (
    <Frame label={label} hint={hint} error={error}>
      {(control) => (
        <select {...rest} {...control} className={styles.control} onChange={(event) => onChange(event.target.value)}>
          {children}
        </select>
      )}
    </Frame>
  );
}

export function CheckboxField(props: { label: ReactNode; checked: boolean; onChange: (checked: boolean) => void }) {
  const { label, checked, onChange } = props;
  return (
    <label className={styles.check}>
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span>{label}</span>
    </label>
  );
}

export interface SegmentsProps<Value extends string> {
  readonly label: ReactNode;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: ReactNode }[];
  readonly onChange: (value: Value) => void;
}

/** One of a few, all in sight: radio buttons that look like one control. */
export function Segments<Value extends string>({ label, value, options, onChange }: SegmentsProps<Value>) {
  const name = useId();
  return (
    <fieldset className={styles.group}>
      <legend>{label}</legend>
      <div className={styles.segments}>
        {options.map((option) => (
          <label key={option.value} className={styles.segment}>
            <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
