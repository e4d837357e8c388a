import type { SessionId } from "@openjoule/sdk";
import type { Hex } from "viem";
import { decodeJson, encodeJson } from "../store/json.ts";
import type { StoreHandle } from "../store/store.ts";
import type { BareOpened, Content, ContentOf } from "./decode.ts";
import type { SessionOpenedEvent } from "./types.ts";

/** Keeps contents by their hash. The same hash is the same content for ever, so a second time changes nothing. */
export async function saveContents(
  db: StoreHandle,
  contents: readonly { content: Content; blockNumber: number }[],
): Promise<void> {
  for (const { content, blockNumber } of contents) {
    await db
      .insertInto("contents")
      .values({
        hash: content.hash.toLowerCase(),
        kind: content.kind,
        content: encodeJson(content),
        block_number: blockNumber,
      })
      .onConflict((conflict) => conflict.column("hash").doNothing())
      .execute();
  }
}

/** What stands behind a hash, or undefined when no event showed it since the deployment. */
export async function loadContent<K extends Content["kind"]>(
  db: StoreHandle,
  kind: K,
  hash: Hex,
): Promise<ContentOf<K> | undefined> {
  const row = await db
    .selectFrom("contents")
    .select("content")
    .where("hash", "=", hash.toLowerCase())
    .where("kind", "=", kind)
    .executeTakeFirst();
  return row === undefined ? undefined : decodeJson<ContentOf<K>>(row.content);
}

/** A session opened under a hash that no event explained: the start block of the deployment is wrong, or logs are missing. */
export class ContentMissing extends Error {
  constructor(id: SessionId, kind: Content["kind"], hash: Hex) {
    super(`session ${id}: ${kind} ${hash} is unknown, expected its event after the deployment's start block`);
    this.name = "ContentMissing";
  }
}

/** Joins an opening with everything its hashes commit to. @throws ContentMissing */
export async function joinOpened(
  db: StoreHandle,
  opened: BareOpened,
): Promise<Pick<SessionOpenedEvent, keyof BareOpened | "offer" | "terms" | "pricing" | "committee"> & TariffHashes> {
  const load = async <K extends Content["kind"]>(kind: K, hash: Hex) => {
    const content = await loadContent(db, kind, hash);
    if (content === undefined) throw new ContentMissing(opened.sessionId, kind, hash);
    return content;
  };
  const { offer } = await load("offer", opened.session.offerHash);
  const { terms, pricing, termsHash, pricingHash } = await load("tariff", offer.tariffId);
  const { committee } = await load("committee", offer.committeeId);
  return { ...opened, offer, terms, pricing, termsHash, pricingHash, committee };
}

type TariffHashes = Pick<SessionOpenedEvent, "termsHash" | "pricingHash">;
