/** Features that are pages, by their folder's name. */
export const pageFeatures = ["map", "stations", "station", "session", "sessions"] as const;
export type PageFeature = (typeof pageFeatures)[number];

/** Pages, as a person tells them apart. */
export type PageName = "map" | "stations" | "station" | "pay" | "sessions" | "session";

const patterns: readonly (readonly [RegExp, PageName])[] = [
  [/^\/$/, "map"],
  [/^\/stations\/?$/, "stations"],
  [/^\/(?:stations|evse)\/[^/]+\/?$/, "station"],
  [/^\/evse\/[^/]+\/pay\/?$/, "pay"],
  [/^\/sessions\/?$/, "sessions"],
  [/^\/sessions\/[^/]+\/?$/, "session"],
];

/** Which page an address is; undefined when it is none. routes.tsx shows it; this is to load it before. */
export function pageAt(path: string): PageName | undefined {
  return patterns.find(([pattern]) => pattern.test(path))?.[1];
}

/** Whose page that is. */
export const featureOf = (page: PageName): PageFeature => (page === "pay" ? "session" : page);
