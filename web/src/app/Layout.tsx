import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useEffect, useRef } from "react";
import { Link, useLocation } from "wouter";
import { useConfig } from "#config";
import { Icon, type IconName } from "#ui";
import { ConnectButton } from "./ConnectButton.tsx";
import { Footer } from "./Footer.tsx";
import styles from "./Layout.module.css";
import { Mark } from "./Mark.tsx";
import { Settings } from "./Settings.tsx";
import { WalletNotice } from "./WalletNotice.tsx";

/** Header, pages, footer. */
export function Layout({ children }: { children: ReactNode }) {
  const { t } = useLingui();
  const { local } = useConfig();
  const main = useFocusOnNewPage();
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        <Trans>Skip to the content</Trans>
      </a>
      {local && (
        <aside className={styles.local} aria-label={t`Local network`}>
          <Trans>Local network: the money here is test money, and worth nothing.</Trans>
        </aside>
      )}
      <header className={styles.header}>
        <div className={styles.bar}>
          <Link href="/" className={styles.brand}>
            <Mark />
            <span translate="no">OpenJoule</span>
          </Link>
          <Navigation />
          <Settings />
          <ConnectButton />
        </div>
      </header>
      <div className={styles.notices}>
        <WalletNotice />
      </div>
      <main className={styles.main} id="main" tabIndex={-1} ref={main}>
        {children}
      </main>
      <Footer />
    </div>
  );
}

function Navigation() {
  const { t } = useLingui();
  return (
    <nav className={styles.nav} aria-label={t`Pages`}>
      <ul>
        <Tab href="/" icon="map">
          <Trans>Map</Trans>
        </Tab>
        <Tab href="/stations" icon="list">
          <Trans>Stations</Trans>
        </Tab>
        <Tab href="/sessions" icon="receipt">
          <Trans>My sessions</Trans>
        </Tab>
      </ul>
    </nav>
  );
}

function Tab({ href, icon, children }: { href: string; icon: IconName; children: ReactNode }) {
  const [path] = useLocation();
  const here = href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`);
  return (
    <li>
      <Link href={href} className={styles.tab} aria-current={here ? "page" : undefined}>
        <Icon name={icon} />
        {children}
      </Link>
    </li>
  );
}

/** A new page begins at its top, for eyes and for screen readers. */
function useFocusOnNewPage() {
  const main = useRef<HTMLElement>(null);
  const [path] = useLocation();
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [path]);
  return main;
}
