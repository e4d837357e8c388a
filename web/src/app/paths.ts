/** Features that are pages, by their folder's name. */
export const pageFeatures = ["map", "stations", "station", "session", "sessions"] as const;
export type PageFeature = (typeof pageFeatures)[number];

const patterns: readonly (readonly [RegExp, PageFeature])[] = [
  [/^\/$/, "map"],
  [/^\/stations\/?$/, "stations"],
  [/^\/(?:stations|evse)\/[^/]+\/?$/, "station"],
  [/^\/evse\/[^/]+\/pay\/?$/, "session"],
  [/^\/sessions\/?$/, "sessions"],
  [/^\/sessions\/[^/]+\/?$/, "session"],
];

/** Whose page an address is; undefined when it is none. routes.tsx shows it; this is to load it before. */
export function featureOf(path: string): PageFeature | undefined {
  return patterns.find(([pattern]) => pattern.test(path))?.[1];
}
