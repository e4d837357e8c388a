import { i18n } from "@lingui/core";
import { cleanup } from "@testing-library/react";
import { afterEach, beforeEach } from "vitest";
import { activate } from "../i18n/activate.ts";

/** Tests of tools run in Node, without a page. */
const hasPage = typeof window !== "undefined";

beforeEach(async () => {
  if (!hasPage) return;
  localStorage.clear();
  if (i18n.locale !== "en") await activate("en");
});

afterEach(() => {
  if (hasPage) cleanup();
});
