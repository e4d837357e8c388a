import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useFormat } from "#i18n";
import type { Failure } from "./failure-types.ts";

/** What happened, and what to do about it, in words a driver understands. */
export interface FailureWords {
  readonly title: ReactNode;
  readonly advice: ReactNode;
}

/** Words for a failure. They never speak of the money: only who asked for the write knows what became of it. */
export function useFailureWords(): (failure: Failure) => FailureWords {
  const format = useFormat();
  return (failure) => {
    if (failure.kind === "contract") return contractWords(failure.name, failure.args, format.dateTime);
    return plainWords[failure.kind];
  };
}

const plainWords: Readonly<Record<Exclude<Failure["kind"], "contract">, FailureWords>> = {
  reverted: {
    title: <Trans>The network undid it</Trans>,
    advice: <Trans>Something changed between your confirmation and its turn. Try again.</Trans>,
  },
  noGas: {
    title: <Trans>Not enough for the network fee</Trans>,
    advice: (
      <Trans>Your wallet needs a little of the chain's own currency to pay the fee. Add some and try again.</Trans>
    ),
  },
  walletLocked: {
    title: <Trans>Your wallet is locked or not connected</Trans>,
    advice: <Trans>Unlock it, connect it again, and try again.</Trans>,
  },
  walletBusy: {
    title: <Trans>Your wallet is already asking you something</Trans>,
    advice: <Trans>Open the wallet, answer the open question there, and try again.</Trans>,
  },
  wrongChain: {
    title: <Trans>Your wallet is on another chain</Trans>,
    advice: <Trans>Switch the wallet to this network and try again.</Trans>,
  },
  unreachable: {
    title: <Trans>The network does not answer</Trans>,
    advice: <Trans>Check your connection, wait a moment, and try again.</Trans>,
  },
  dropped: {
    title: <Trans>The network has forgotten the transaction</Trans>,
    advice: <Trans>It was never carried out, often because its fee was too low. Try again.</Trans>,
  },
  unknown: {
    title: <Trans>Your wallet or the network reported a fault</Trans>,
    advice: <Trans>Try again. If it stays, the technical details below help whoever helps you.</Trans>,
  },
};

const tryAnother = <Trans>Choose another connector, or try again in a while.</Trans>;
const loadAgain = <Trans>Load the page again to see how it is now.</Trans>;

/** Only what a person can meet by what this app offers; the rest keeps the contract's name. */
function contractWords(name: string, args: readonly unknown[], dateTime: (seconds: number) => string): FailureWords {
  const known = contract[name];
  if (known !== undefined) return known;
  if (name === "CloseTooEarly") {
    const from = dateTime(Number(args[0]));
    return {
      title: <Trans>It is too early to close the session</Trans>,
      advice: <Trans>You can close it from {from} on.</Trans>,
    };
  }
  return { title: <Trans>The contract refuses this ({name})</Trans>, advice: loadAgain };
}

const notEnough: FailureWords = {
  title: <Trans>There is not enough money in your wallet</Trans>,
  advice: <Trans>Add money or lock a smaller deposit, and try again.</Trans>,
};
const permitWrong: FailureWords = {
  title: <Trans>The permission you signed is no longer valid</Trans>,
  advice: <Trans>Try again and sign the new one soon after it is shown.</Trans>,
};
const changed: FailureWords = {
  title: <Trans>The station has changed its offer</Trans>,
  advice: <Trans>Load the page again and look at the price before you pay.</Trans>,
};
const over: FailureWords = {
  title: <Trans>This session is already over</Trans>,
  advice: <Trans>Load the page again to see its receipt.</Trans>,
};

const contract: Readonly<Record<string, FailureWords>> = {
  EvseBusy: { title: <Trans>Somebody is charging here</Trans>, advice: tryAnother },
  OfferNotActive: changed,
  OfferMismatch: changed,
  TariffMismatch: changed,
  CommitteeInactive: {
    title: <Trans>Nobody vouches for this station's meter at the moment</Trans>,
    advice: <Trans>Without its operators no session can begin here. Choose another station.</Trans>,
  },
  DepositBelowMinimum: {
    title: <Trans>The deposit is smaller than the station asks for</Trans>,
    advice: <Trans>Lock a larger deposit: what you do not use comes back to you.</Trans>,
  },
  InvalidDuration: {
    title: <Trans>The longest duration is not possible here</Trans>,
    advice: <Trans>Choose a shorter one.</Trans>,
  },
  UnknownSession: over,
  StopAlreadyRequested: {
    title: <Trans>The end was already asked for</Trans>,
    advice: <Trans>The session ends by itself now.</Trans>,
  },
  NotParty: {
    title: <Trans>This is not your session</Trans>,
    advice: <Trans>Connect the account that you paid with.</Trans>,
  },
  ERC20InsufficientBalance: notEnough,
  ERC20InsufficientAllowance: {
    title: <Trans>The contract may not take the deposit</Trans>,
    advice: <Trans>Allow it in your wallet and try again.</Trans>,
  },
  ERC6909InsufficientBalance: notEnough,
  ERC2612ExpiredSignature: permitWrong,
  ERC2612InvalidSigner: permitWrong,
};
