import { encodeStatement } from "./periods.ts";
import { extendsPredecessor } from "./statement-extension.ts";
import type { CompactSignature, EncodedStatement, Offer, Session, Statement } from "./types.ts";

/** A statement as one operator signed it. */
export interface SignedStatement {
  readonly statement: Statement;
  readonly signature: CompactSignature;
}

/** The argument of `OracleRegistry.slash`: two statements of one session that one operator should not have signed both. */
export interface SlashingProof {
  readonly offer: Offer;
  readonly session: Session;
  readonly earlier: { readonly statement: EncodedStatement; readonly signature: CompactSignature };
  readonly later: { readonly statement: EncodedStatement; readonly signature: CompactSignature };
}

/**
 * The proof that two statements of the session contradict each other, or undefined when one extends the other or both are
 * the same. Give two signatures by keys of one operator: whose they are, and whether the keys counted at opening, is for
 * the registry to say.
 */
export function slashingProof(
  opened: { readonly offer: Offer; readonly session: Session },
  one: SignedStatement,
  other: SignedStatement,
): SlashingProof | undefined {
  const [earlier, later] = one.statement.sequence <= other.statement.sequence ? [one, other] : [other, one];
  if (extendsPredecessor(earlier.statement, later.statement)) return undefined;
  const [before, after] = [encoded(earlier), encoded(later)];
  if (isSame(before.statement, after.statement)) return undefined;
  return { offer: opened.offer, session: opened.session, earlier: before, later: after };
}

const encoded = ({ statement, signature }: SignedStatement) => ({ statement: encodeStatement(statement), signature });

function isSame(one: EncodedStatement, other: EncodedStatement): boolean {
  return (
    one.sequence === other.sequence &&
    one.stopReason === other.stopReason &&
    one.waived === other.waived &&
    one.evidence.toLowerCase() === other.evidence.toLowerCase() &&
    one.periods.length === other.periods.length &&
    one.periods.every((period, index) => period === other.periods[index])
  );
}
