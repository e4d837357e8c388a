export { PayPage } from "./PayPage.tsx";
export { SessionPage } from "./SessionPage.tsx";
