import { Trans } from "@lingui/react/macro";
import { Component, type ReactNode } from "react";
import { ErrorState } from "#ui";

interface Props {
  readonly children: ReactNode;
  /** When it changes, the children are tried again: the address of the page. */
  readonly resetKey: string;
}

/** A page that breaks takes neither the header nor the way out with it. */
export class ErrorBoundary extends Component<Props, { error: unknown; failed: boolean }> {
  override state = { error: undefined as unknown, failed: false };

  static getDerivedStateFromError(error: unknown) {
    return { error, failed: true };
  }

  override componentDidUpdate(before: Props) {
    if (before.resetKey !== this.props.resetKey && this.state.failed)
      this.setState({ error: undefined, failed: false });
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <ErrorState
        heading="h1"
        title={<Trans>This page has broken</Trans>}
        error={this.state.error}
        onRetry={() => location.reload()}
      >
        <Trans>
          Your money is safe: it is held by the contract, not by this page. Load the page again; if that does not help,
          try later.
        </Trans>
      </ErrorState>
    );
  }
}
