import { Trans, useLingui } from "@lingui/react/macro";
import { ButtonLink, EmptyState, usePageTitle } from "#ui";

/** An address that is no page. */
export function NotFound() {
  const { t } = useLingui();
  usePageTitle(t`Page not found`);
  return (
    <EmptyState
      heading="h1"
      title={<Trans>This page does not exist</Trans>}
      action={
        <ButtonLink variant="primary" href="/">
          <Trans>Go to the map</Trans>
        </ButtonLink>
      }
    >
      <Trans>The address may be mistyped, or the charger's code may be damaged.</Trans>
    </EmptyState>
  );
}
