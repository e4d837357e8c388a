export { StationPage } from "./StationPage.tsx";
