/** Light, dark, or as the system says. */
export const themes = ["system", "light", "dark"] as const;
export type ThemeChoice = (typeof themes)[number];

const STORED = "openjoule.theme";

export function storedTheme(): ThemeChoice {
  try {
    const stored = localStorage.getItem(STORED);
    return themes.find((theme) => theme === stored) ?? "system";
  } catch {
    return "system";
  }
}

/** Puts a theme on the page; the colours are in ui/tokens.css. */
export function applyTheme(theme: ThemeChoice): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function chooseTheme(theme: ThemeChoice): void {
  applyTheme(theme);
  try {
    localStorage.setItem(STORED, theme);
  } catch {
    // Storage may be forbidden: the choice then ends with the page.
  }
}
