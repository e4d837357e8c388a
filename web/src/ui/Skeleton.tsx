import { Trans } from "@lingui/react/macro";
import styles from "./Skeleton.module.css";
import { VisuallyHidden } from "./VisuallyHidden.tsx";

/** The place of one thing that is still coming. Sizes in CSS, like what will stand here, so that nothing jumps. */
export function SkeletonBar({ width = "100%", height = "1.25rem" }: { width?: string; height?: string }) {
  return <span className={styles.bar} style={{ width, height }} aria-hidden="true" />;
}

const widths = ["70%", "95%", "85%", "60%"];

/** The place of some lines of text that are still coming; screen readers hear "Loading". */
export function Skeleton({ lines = 3, height = "1.25rem" }: { lines?: number; height?: string }) {
  return (
    <div className={styles.group} role="status" data-loading>
      <VisuallyHidden>
        <Trans>Loading…</Trans>
      </VisuallyHidden>
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars have no identity and never change places
        <SkeletonBar key={index} width={widths[index % widths.length] ?? "100%"} height={height} />
      ))}
    </div>
  );
}
