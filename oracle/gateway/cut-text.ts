/** How much is kept of a text that a device chose. Standards allow far less; what they say nothing of could be a whole frame. */
export const longestText = 255;
/** OCPP-J 1.6 §4.1.4 allows 36. Answers carry the whole id, whatever its length. */
export const longestMessageId = 64;

/** The beginning of a text, at most `longest` UTF-16 units, never half a character. */
export function cutText(text: string, longest = longestText): string {
  if (text.length <= longest) return text;
  const isHalved = /[\uD800-\uDBFF]/.test(text.charAt(longest - 1));
  return text.slice(0, isHalved ? longest - 1 : longest);
}
