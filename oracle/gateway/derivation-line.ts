export type DerivationLine = {
  /** The work's result once it had its turn; null, and not done, when the line is full or this device stands in it already. */
  run<T>(deviceId: string, work: () => Promise<T>): Promise<T | null>;
};

/**
 * Where slow work on passwords waits. Each derivation holds a thread of the four that also read files and resolve names for the
 * whole process: few at once leave the others free, whatever comes in.
 */
export function createDerivationLine({ atOnce, waiting }: { atOnce: number; waiting: number }): DerivationLine {
  const devices = new Set<string>();
  const turns: (() => void)[] = [];
  let running = 0;

  return {
    async run(deviceId, work) {
      if (devices.has(deviceId) || devices.size >= atOnce + waiting) return null;
      devices.add(deviceId);
      try {
        if (running < atOnce) running += 1;
        // Whoever ends hands its place over, so `running` stays.
        else await new Promise<void>((resolve) => turns.push(resolve));
        try {
          return await work();
        } finally {
          const next = turns.shift();
          if (next === undefined) running -= 1;
          else next();
        }
      } finally {
        devices.delete(deviceId);
      }
    },
  };
}
