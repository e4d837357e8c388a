import type { EvseBody, SessionBody, StatementBody } from "./schemas.ts";
import type { EvseView, SessionView, SignedStatementView } from "./types.ts";

/** A session as JSON: everything beyond 53 bits as a decimal string. */
export function presentSession(view: SessionView): SessionBody {
  return {
    ...view,
    evse: view.evse.toString(),
    currency: view.currency.toString(),
    deposit: view.deposit.toString(),
    cost: view.cost.toString(),
  };
}

/** An EVSE as JSON. */
export function presentEvse(view: EvseView): EvseBody {
  return { ...view, evse: view.evse.toString() };
}

/** A signed statement as JSON. */
export function presentStatement(view: SignedStatementView): StatementBody {
  return {
    ...view,
    waived: view.waived.toString(),
    periods: view.periods.map(String),
    signatures: view.signatures.map((signature) => ({ ...signature })),
    cost: view.cost.toString(),
  };
}
