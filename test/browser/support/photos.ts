import { fileURLToPath } from "node:url";

/** Where the photographs of the pages go; not kept by Git. */
export const photos = fileURLToPath(new URL("../../../.local/photos", import.meta.url));
