import { Trans } from "@lingui/react/macro";
import styles from "./Layout.module.css";

/** Whose data is shown, as its licences ask. */
export function Footer() {
  return (
    <footer className={styles.footer}>
      <p>
        <Trans>
          Station data:{" "}
          <a href="https://www.data.gouv.fr/datasets/base-nationale-des-irve" rel="noreferrer">
            French national charging data base (IRVE)
          </a>
          , Licence Ouverte 2.0. Map: Natural Earth.
        </Trans>
      </p>
    </footer>
  );
}
