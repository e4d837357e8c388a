import { lazy } from "react";

const load = () => import("./LiveSession.tsx");

/** Meter, chart, stopping and recovery: who reads a receipt needs none of it. */
export const LiveSession = lazy(async () => ({ default: (await load()).LiveSession }));

/** While the driver pays, so that the page is there when his session is. */
export const preloadLiveSession = (): void => void load().catch(() => {});
