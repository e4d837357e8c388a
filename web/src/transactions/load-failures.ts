/** Reading a failure needs every contract's errors: loaded when a write begins, not when the page does. */
export const loadFailures = () => import("./failure.ts");
