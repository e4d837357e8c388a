import { startTransition, useEffect, useState } from "react";

/** Calls back after the next painting, or soon where there is none: in a tab that nobody sees. */
function afterPainting(then: () => void): void {
  let gone = false;
  const go = () => {
    if (!gone) then();
    gone = true;
  };
  // In a frame's own callback nothing of it is painted yet.
  requestAnimationFrame(() => requestAnimationFrame(go));
  setTimeout(go, 250);
}

/**
 * False until what is around has been painted once. What waits for it is then rendered bit by bit: a person sees at once
 * where he is, and the device goes on answering him.
 */
export function usePainted(): boolean {
  const [painted, setPainted] = useState(false);
  useEffect(() => afterPainting(() => startTransition(() => setPainted(true))), []);
  return painted;
}
