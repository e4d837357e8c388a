import type { Availability } from "./availability.ts";

/** One shape each, on a grid of 16, so that nothing depends on telling colours apart. The map draws the same. */
export const statusPaths: Record<Availability, string> = {
  free: "M3.5 8.5l3 3 6-7",
  occupied: "M9 2.5 4 9h4l-1 4.5L12 7H8l1-4.5Z",
  unknown: "M5.5 6a2.5 2.5 0 1 1 3.8 2.1C8.4 8.7 8 9.2 8 10M8 12.8v.1",
  outOfService: "M4.5 4.5l7 7M11.5 4.5l-7 7",
};

export function StatusMark({ availability, size = 14 }: { availability: Availability; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={statusPaths[availability]} />
    </svg>
  );
}
