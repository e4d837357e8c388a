import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { chooseLocale, type Locale, locales } from "#i18n";
import { Button, Dialog, Icon, Segments, useToast } from "#ui";
import { chooseTheme, storedTheme, type ThemeChoice } from "./theme.ts";

const names = Object.entries(locales) as [Locale, string][];

/** Language and theme. */
export function Settings() {
  const { t, i18n } = useLingui();
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const [theme, setTheme] = useState(storedTheme);

  const changeLocale = (locale: Locale) => {
    chooseLocale(locale).catch(() =>
      toast({ tone: "danger", title: t`This language could not be loaded. Are you online?` }),
    );
  };
  const changeTheme = (choice: ThemeChoice) => {
    setTheme(choice);
    chooseTheme(choice);
  };

  return (
    <>
      <Button variant="ghost" iconOnly aria-label={t`Language and theme`} onClick={() => setOpen(true)}>
        <Icon name="settings" />
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={<Trans>Language and theme</Trans>}>
        <Segments
          label={<Trans>Language</Trans>}
          value={i18n.locale as Locale}
          options={names.map(([value, name]) => ({ value, label: <span lang={value}>{name}</span> }))}
          onChange={changeLocale}
        />
        <Segments
          label={<Trans>Theme</Trans>}
          value={theme}
          options={[
            { value: "system", label: <Trans>Like the system</Trans> },
            { value: "light", label: <Trans>Light</Trans> },
            { value: "dark", label: <Trans>Dark</Trans> },
          ]}
          onChange={changeTheme}
        />
      </Dialog>
    </>
  );
}
