/** The app's catalogues of messages, as Lingui's configuration names them. */
import { fileURLToPath } from "node:url";
import { getCatalogs } from "@lingui/cli/api";
import { getConfig } from "@lingui/conf";

const web = fileURLToPath(new URL("..", import.meta.url));

type Catalog = Awaited<ReturnType<typeof getCatalogs>>[number];

export interface Catalogue {
  /** `shell`, or the feature's name. */
  readonly name: string;
  readonly catalog: Catalog;
}

export const readConfig = () => getConfig({ cwd: web, configPath: `${web}lingui.config.ts` });

/** The shell's catalogue and each feature's. */
export async function catalogues(): Promise<Catalogue[]> {
  const all = await getCatalogs(readConfig());
  return all.map((catalog) => ({ name: /src\/features\/([^/]+)\//.exec(catalog.path)?.[1] ?? "shell", catalog }));
}

/** What is wrong with a catalogue, one sentence each. */
export async function problemsOf({ name, catalog }: Catalogue): Promise<string[]> {
  const config = readConfig();
  const extracted = (await catalog.collect()) ?? {};
  const problems: string[] = [];
  for (const locale of config.locales) {
    const messages = await catalog.read(locale);
    for (const [id, { message = id }] of Object.entries(extracted)) {
      const known = messages?.[id];
      if (known === undefined) problems.push(`${name}/${locale}: not in the catalogue: ${message}`);
      else if (!known.translation && locale !== config.sourceLocale) {
        problems.push(`${name}/${locale}: not translated: ${message}`);
      }
    }
    for (const [id, { message = id }] of Object.entries(messages ?? {})) {
      if (!(id in extracted)) problems.push(`${name}/${locale}: nobody says it any more: ${message}`);
    }
  }
  return problems;
}
