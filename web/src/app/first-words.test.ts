import { afterEach, expect, it } from "vitest";
import { readFirstWords, showFirstWords } from "./first-words.ts";

const early = () => {
  document.body.innerHTML = '<div id="root"><div class="early"></div></div>';
};
afterEach(() => {
  document.body.innerHTML = "";
});

it.each([
  { intro: "An intro <b>as it is</b>." },
  { title: "A title", intro: "An intro." },
  { title: "A title", intro: "An intro.", narrow: true } as const,
])("are what the app goes on with: %o", (words) => {
  early();
  showFirstWords(words);
  expect(readFirstWords()).toEqual(words);
});

it("do not come any more when the app is there, and are not there without them", () => {
  document.body.innerHTML = '<div id="root"><main>the app</main></div>';
  showFirstWords({ intro: "too late" });
  expect(document.body.textContent).toBe("the app");
  expect(readFirstWords()).toBeUndefined();
  early();
  expect(readFirstWords()).toBeUndefined();
});
