import { z } from "zod";

export const tagInfoSchema = z.object({
  status: z.string(),
  expiryDate: z.string().optional(),
  parentIdTag: z.string().optional(),
});
export type TagInfo = z.infer<typeof tagInfoSchema>;

const listSchema = z.object({
  listVersion: z.number().int().positive(),
  updateType: z.enum(["Full", "Differential"]),
  localAuthorizationList: z
    .array(z.object({ idTag: z.string().max(20), idTagInfo: tagInfoSchema.optional() }))
    .default([]),
});

export type LocalList = { version: number; entries: Record<string, TagInfo> };

/** OCPP 1.6 §9.2: SendLocalListMaxLength and LocalAuthListMaxLength. */
export const longestUpdate = 100;
export const longestList = 1_000;

/** The tags that a charge point knows by itself: its local list, and what the central system said of late (§3.5). */
export function createTags({
  saved,
  nowMs,
  onChange,
}: {
  saved: LocalList;
  nowMs: () => number;
  onChange: () => void;
}) {
  let list = saved;
  const cache = new Map<string, TagInfo>();

  return {
    get list() {
      return list;
    },
    /** What an answer of the central system says of a tag; a tag on the list stays as the list has it (§3.5.3). */
    remember(idTag: string, info: unknown): TagInfo | null {
      const parsed = tagInfoSchema.safeParse(info);
      if (!parsed.success) return null;
      cache.set(idTag, parsed.data);
      return parsed.data;
    },
    /** What is known of a tag, the list before the cache, when it lets the tag charge now. */
    accepted(idTag: string): TagInfo | undefined {
      const info = list.entries[idTag] ?? cache.get(idTag);
      if (info?.status !== "Accepted") return undefined;
      return info.expiryDate !== undefined && Date.parse(info.expiryDate) <= nowMs() ? undefined : info;
    },
    clearCache(): object {
      cache.clear();
      return { status: "Accepted" };
    },
    getLocalListVersion: () => ({ listVersion: list.version }),
    /** §5.15: a full list in its place, or a newer version's changes. */
    sendLocalList(payload: Record<string, unknown>): object {
      const parsed = listSchema.safeParse(payload);
      if (!parsed.success || parsed.data.localAuthorizationList.length > longestUpdate) return { status: "Failed" };
      const { listVersion, updateType, localAuthorizationList } = parsed.data;
      if (updateType === "Differential" && listVersion <= list.version) return { status: "VersionMismatch" };
      const entries = updateType === "Full" ? {} : { ...list.entries };
      for (const { idTag, idTagInfo } of localAuthorizationList) {
        if (idTagInfo !== undefined) entries[idTag] = idTagInfo;
        else if (updateType === "Full") return { status: "Failed" };
        else delete entries[idTag];
      }
      if (Object.keys(entries).length > longestList) return { status: "Failed" };
      list = { version: listVersion, entries };
      onChange();
      return { status: "Accepted" };
    },
  };
}
export type Tags = ReturnType<typeof createTags>;
