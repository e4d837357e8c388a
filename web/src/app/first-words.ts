/** What a page begins with, in one language: seen before anything of the app has come. */
export interface FirstWords {
  readonly title?: string;
  readonly intro: string;
  /** As `Page` has it. */
  readonly narrow?: true;
}

const CLASS = "early-page";

/** Puts them under the early header. Nothing when the app is there already. */
export function showFirstWords({ title, intro, narrow }: FirstWords): void {
  const page = document.createElement("div");
  page.className = narrow ? `${CLASS} narrow` : CLASS;
  if (title !== undefined) page.append(Object.assign(document.createElement("h1"), { textContent: title }));
  page.append(Object.assign(document.createElement("p"), { textContent: intro }));
  document.querySelector(".early")?.append(page);
}

/** Those that are seen now, for the app to go on with. */
export function readFirstWords(): FirstWords | undefined {
  const page = document.querySelector(`.${CLASS}`);
  const intro = page?.querySelector("p")?.textContent;
  const title = page?.querySelector("h1")?.textContent;
  if (!page || !intro) return undefined;
  return { intro, ...(title && { title }), ...(page.classList.contains("narrow") && { narrow: true }) };
}
