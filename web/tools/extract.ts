/**
 * `node tools/extract.ts [name …]`: brings catalogues up to date with the sources, and removes what nobody says any more.
 * Names are `shell` and those of the features; all when none is given. (`npx lingui extract` does all of them, and keeps
 * what is obsolete.) Then says what has to be translated.
 */
import { catalogues, problemsOf, readConfig } from "./catalogues.ts";

const names = process.argv.slice(2);
const config = readConfig();
const all = await catalogues();
const unknown = names.filter((name) => !all.some((catalogue) => catalogue.name === name));
if (unknown.length > 0) {
  console.error(`no catalogue ${unknown.join(", ")}; there are ${all.map(({ name }) => name).join(", ")}`);
  process.exit(1);
}
for (const catalogue of all.filter(({ name }) => names.length === 0 || names.includes(name))) {
  await catalogue.catalog.make({
    clean: true,
    overwrite: false,
    locale: config.locales,
    ...(config.orderBy && { orderBy: config.orderBy }),
  });
  for (const problem of await problemsOf(catalogue)) console.log(problem);
}
