/** The app's mark, as in public/icon.svg and index.html: drawn in place, as a file is a round trip more. */
export function Mark() {
  return (
    <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#0b6e4f" />
      <path d="M18 4 8 18h6l-2 10 12-15h-7z" fill="#fff" />
    </svg>
  );
}
