/** The colours of the map: design tokens, as MapLibre and canvases take them. */
export interface Palette {
  readonly water: string;
  readonly land: string;
  readonly border: string;
  readonly text: string;
  readonly halo: string;
  readonly raised: string;
  readonly accent: string;
  readonly free: string;
  readonly busy: string;
  readonly out: string;
}

const tokens: Record<keyof Palette, string> = {
  water: "--color-map-water",
  land: "--color-map-land",
  border: "--color-map-border",
  text: "--color-text",
  halo: "--color-map-land",
  raised: "--color-raised",
  accent: "--color-accent",
  free: "--color-free",
  busy: "--color-busy",
  out: "--color-out",
};

/** Reads the tokens as the page's theme resolves them. */
export function readPalette(): Palette {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  try {
    const entries = Object.entries(tokens).map(([name, token]) => {
      // `light-dark()` is resolved only where it is the value of a colour.
      probe.style.color = `var(${token})`;
      return [name, getComputedStyle(probe).color];
    });
    return Object.fromEntries(entries) as Palette;
  } finally {
    probe.remove();
  }
}

/** Calls back whenever the theme changes, by the system or by the reader. Returns how to end that. */
export function onThemeChange(listener: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", listener);
  const chosen = new MutationObserver(listener);
  chosen.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => {
    system.removeEventListener("change", listener);
    chosen.disconnect();
  };
}
